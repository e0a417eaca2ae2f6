package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What callers are told of each kind of limit, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitFieldsTest {
    private final Site site = new Site();
    private Container container;

    @BeforeAll
    void start() {
        container = JettyEe10.start(new Container.Setup("", false, site));
    }

    @AfterAll
    void stop() {
        container.close();
    }

    private Http.Answer held(LimitHeaders headers, Limit... limits) {
        try (Shop shop = new Shop()) {
            Policy.Builder policy = Policy.named("Gold");
            List.of(limits).forEach(policy::limit);
            shop.hold(policy);
            site.door(AccessFilter.builder(shop.decider()).limitHeaders(headers).build());
            return Http.send(container.port(), "GET", "/orders/42", "X-API-Key: " + shop.key.reveal());
        }
    }

    private void assertTold(String policy, String standing, Limit... limits) {
        Http.Answer answer = held(LimitHeaders.RATELIMIT, limits);
        assertEquals(List.of(policy), answer.all("RateLimit-Policy"));
        assertEquals(List.of(standing), answer.all("RateLimit"));
    }

    @Test
    void aRateHasItsWindowRoundedUpToSeconds() {
        assertTold(
                "\"gold.rate\";q=10;w=1",
                "\"gold.rate\";r=9;t=1",
                RateLimit.of(10).per(Duration.ofMillis(1)));
        assertTold(
                "\"gold.rate\";q=10;w=60",
                "\"gold.rate\";r=9;t=60",
                RateLimit.of(10).per(Duration.ofMinutes(1)));
        assertTold(
                "\"gold.rate\";q=0;w=60",
                "\"gold.rate\";r=0;t=0",
                RateLimit.of(0).per(Duration.ofMinutes(1)));
    }

    @Test
    void aBucketHasTheTimeInWhichItFills() {
        assertTold(
                "\"gold.rate\";q=20;w=12",
                "\"gold.rate\";r=19;t=1",
                RateLimit.bucket(20).refill(100, Duration.ofMinutes(1)));
        assertTold(
                "\"gold.rate\";q=7;w=2",
                "\"gold.rate\";r=6;t=1",
                RateLimit.bucket(7).refill(5, Duration.ofSeconds(1)));
        assertTold(
                "\"gold.rate\";q=999999999999999;w=999999999999999",
                "\"gold.rate\";r=999999999999999;t=9223372037",
                RateLimit.bucket(Long.MAX_VALUE).refill(1, Duration.ofNanos(Long.MAX_VALUE)));
    }

    @Test
    void aQuotaHasItsLengthUnlessItIsTheCalendars() {
        assertTold(
                "\"gold.quota\";q=10;w=172800",
                "\"gold.quota\";r=9;t=129600",
                Quota.of(10).per(Duration.ofDays(2)));
        assertTold(
                "\"gold.quota\";q=10",
                "\"gold.quota\";r=9;t=43200",
                Quota.of(10).perDay());
    }

    @Test
    void aNameIsAStringOfStructuredFields() {
        assertTold(
                "\"gold.a \\\"b\\\\c%25 %C3%A4\";q=10;w=1",
                "\"gold.a \\\"b\\\\c%25 %C3%A4\";r=9;t=1",
                RateLimit.of(10).per(Duration.ofSeconds(1)).named("a \"b\\c% ä"));
    }

    @Test
    void onlyTheCallersOwnLimitsAreTold() {
        Limit rate = RateLimit.of(10).per(Duration.ofSeconds(1));
        for (LimitScope scope : LimitScope.values()) {
            Http.Answer answer = held(LimitHeaders.RATELIMIT, rate.scope(scope));
            boolean own = scope == LimitScope.PROFILE || scope == LimitScope.KEY || scope == LimitScope.ADDRESS;
            assertEquals(own, answer.header("RateLimit").isPresent(), scope::toString);
            assertEquals(own, answer.header("RateLimit-Policy").isPresent(), scope::toString);
            assertEquals(
                    own,
                    held(LimitHeaders.X_RATELIMIT, rate.scope(scope)).head().contains("X-RateLimit"),
                    scope::toString);
        }
    }

    @Test
    void aSharedLimitThatRefusesSaysOnlyWhenToComeBack() {
        Http.Answer answer = held(
                LimitHeaders.RATELIMIT, RateLimit.of(0).per(Duration.ofHours(1)).scope(LimitScope.GLOBAL));
        assertEquals(429, answer.status());
        assertEquals(List.of(), answer.all("Retry-After"));
        assertFalse(answer.head().contains("RateLimit"));
    }

    @Test
    void theOldHeadersTellOfTheLimitThatHasLeastLeft() {
        Http.Answer answer = held(
                LimitHeaders.X_RATELIMIT,
                RateLimit.of(10).per(Duration.ofSeconds(9)),
                Quota.of(3).per(Duration.ofDays(2)),
                RateLimit.of(3).per(Duration.ofSeconds(5)).named("short"));
        assertEquals(List.of("3"), answer.all("X-RateLimit-Limit"));
        assertEquals(List.of("2"), answer.all("X-RateLimit-Remaining"));
        assertEquals(List.of("129600"), answer.all("X-RateLimit-Reset"));
        Http.Answer refused = held(
                LimitHeaders.X_RATELIMIT,
                RateLimit.of(0).per(Duration.ofSeconds(9)),
                Quota.of(0).per(Duration.ofDays(2)),
                RateLimit.of(1).per(Duration.ofSeconds(9)).named("other"));
        assertEquals(429, refused.status());
        assertEquals(List.of("0"), refused.all("X-RateLimit-Limit"));
    }

    @Test
    void secondsAreRoundedUpAndRetryingIsNeverAtOnce() {
        assertEquals(1, Seconds.roundedUp(Duration.ofNanos(1)));
        assertEquals(2, Seconds.roundedUp(Duration.ofSeconds(2)));
        assertEquals(0, Seconds.roundedUp(Duration.ZERO));
        assertEquals(0, Seconds.roundedUp(Duration.ofSeconds(-5)));
        assertEquals(Long.MAX_VALUE, Seconds.roundedUp(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));
        assertEquals("1", Seconds.atLeastOne(Duration.ZERO));
        assertEquals("2", Seconds.atLeastOne(Duration.ofMillis(1_001)));
    }
}
