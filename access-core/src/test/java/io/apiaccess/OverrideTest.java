package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.ConflictException;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Overrides: another number for one named limit of one holder, until an instant. */
@Rule("L2")
class OverrideTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Acme acme = new Acme();
    private final Policy gold = acme.hold(Policy.named("gold")
            .limit(Quota.of(2).perDay())
            .limit(Quota.of(100).perDay().named("all").scope(LimitScope.CLIENT)));
    private final Instant evening = acme.time.instant().plus(HOUR);

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void countsInPlaceOfTheLimitsOwnNumberUntilItsInstant() {
        override(5);
        assertEquals(5, admitted());
        acme.time.pass(HOUR.minusNanos(1));
        assertEquals(0, admitted());
        acme.time.pass(Duration.ofNanos(1));
        assertEquals(0, admitted());
        acme.time.pass(Duration.ofDays(1));
        assertEquals(2, admitted());
    }

    @Test
    @Rule("L6")
    void keepsWhatWasUsed() {
        assertEquals(2, admitted());
        override(5);
        assertEquals(3, admitted());
        override(1);
        assertEquals(0, admitted());
    }

    @Test
    void isForItsHolderAlone() {
        override(5);
        AccessProfile other = acme.admin.create(AccessProfile.named("other", acme.acme.id())
                .grant(acme.orders.id())
                .policy(gold.id())
                .build());
        var key = acme.admin.issueKey(other.id());
        for (int i = 0; i < 2; i++) {
            assertTrue(acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()))
                    .isAllowed());
        }
        assertEquals(
                DenyReason.QUOTA_EXCEEDED,
                acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal())));
    }

    @Test
    void ofAClientIsForItsProfilesTogether() {
        acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                .override(new LimitOverride(gold.id(), "all", 1, evening))
                .build());
        assertEquals(1, admitted());
    }

    @Test
    void endsWhenItIsTakenBack() {
        override(5);
        acme.admin.update(profile().withoutOverride(gold.id(), "quota").build());
        assertEquals(2, admitted());
    }

    @Test
    @Rule("M3")
    void isInForceAtOnceUnderManualRegistration() {
        Client manual = acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        assertEquals(Registration.MANUAL, manual.registration());
        override(5);
        assertEquals(5, admitted());
    }

    @Test
    @Rule("M1")
    void isAudited() {
        override(5);
        AuditEntry entry = acme.admin.audit(1).get(0);
        assertTrue(
                entry.after().orElseThrow().contains("limit `quota` of policy " + gold.id() + " is 5 until " + evening),
                entry::toString);
    }

    @Test
    void isRefusedWhereItWouldHaveNoEffect() {
        Refusal.of(() -> profileWith(new LimitOverride(new PolicyId("none"), "quota", 5, evening)), "policy `none`");
        Refusal.of(() -> profileWith(new LimitOverride(gold.id(), "rate", 5, evening)), "no limit `rate`", "quota");
        Refusal.of(
                () -> profileWith(new LimitOverride(gold.id(), "quota", 5, acme.time.instant())),
                "over before it begins");
        Refusal.of(() -> profileWith(new LimitOverride(gold.id(), "all", 5, evening)), "counts by CLIENT");
        Refusal.of(
                () -> acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                        .override(new LimitOverride(gold.id(), "quota", 5, evening))
                        .build()),
                "counts by PROFILE");
        Refusal.of(() -> new LimitOverride(gold.id(), "quota", -1, evening), "units `-1`");
    }

    @Test
    @Rule("trap 14")
    void holdsUpTheEndOfItsLimitAndOfItsPolicy() {
        override(5);
        Policy without = gold.toBuilder()
                .clearLimits()
                .limit(RateLimit.of(3).per(Duration.ofDays(1)))
                .limit(gold.limits().get(1))
                .build();
        Refusal.of(() -> acme.admin.update(without), "profile `ACME mobile`", "limit `quota`", "end it");
        acme.time.pass(HOUR);
        acme.admin.update(without);
        assertEquals(3, admitted());
        acme.admin.update(profile().policy(null).build());
        assertThrows(ConflictException.class, () -> acme.admin.delete(gold.id()));
        acme.admin.update(profile().withoutOverride(gold.id(), "quota").build());
        acme.admin.delete(gold.id());
    }

    @Test
    @Rule("trap 14")
    void holdsUpAScopeInWhichItsHolderIsNotCounted() {
        override(5);
        Policy byClient = gold.toBuilder()
                .clearLimits()
                .limit(gold.limits().get(0).scope(LimitScope.CLIENT))
                .limit(gold.limits().get(1))
                .build();
        Refusal.of(() -> acme.admin.update(byClient), "profile `ACME mobile`", "limit `quota`", "end it");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROFILE", "KEY", "PROFILE_AND_COLLECTION"})
    void ofAProfileIsForWhateverCountsByIt(LimitScope scope) {
        Policy rates = acme.hold(Policy.named("rates")
                .limit(RateLimit.of(2).per(Duration.ofDays(1)).scope(scope)));
        profileWith(new LimitOverride(rates.id(), "rate", 4, evening));
        assertEquals(4, admitted());
    }

    @Test
    void ofATokenBucketIsForWhatItHolds() {
        Policy rates = acme.hold(Policy.named("rates").limit(RateLimit.bucket(2).refill(1, Duration.ofMinutes(1))));
        profileWith(new LimitOverride(rates.id(), "rate", 4, evening));
        assertEquals(4, admitted());
        acme.time.pass(Duration.ofMinutes(2));
        assertEquals(2, admitted());
    }

    private int admitted() {
        int admitted = 0;
        while (acme.decide(GET, "/orders/1").isAllowed()) {
            admitted++;
        }
        return admitted;
    }

    private void override(long max) {
        profileWith(new LimitOverride(gold.id(), "quota", max, evening));
    }

    private void profileWith(LimitOverride override) {
        acme.admin.update(profile().override(override).build());
    }

    private AccessProfile.Builder profile() {
        return acme.admin.get(acme.mobile.id()).toBuilder();
    }
}
