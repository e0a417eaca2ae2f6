package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.LimitSubject;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forgetting what a subject has used. */
@Rule("L5")
class ResetUsageTest {
    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    @ParameterizedTest
    @EnumSource
    void freesTheSubjectOfEveryScope(LimitScope scope) {
        Policy gold = acme.hold(Policy.named("gold")
                .limit(RateLimit.of(1).per(Duration.ofDays(1)).scope(scope)));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        assertFalse(acme.decide(GET, "/orders/1").isAllowed());
        acme.admin.resetUsage(gold.id(), "rate", subject(scope));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        assertFalse(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    void freesACounterThatAWrongClockHasFrozen() {
        Policy gold = acme.hold(Policy.named("gold").limit(RateLimit.of(1).per(Duration.ofSeconds(1))));
        long right = acme.time.getAsLong();
        acme.time.setNanos(right + Duration.ofDays(365).toNanos());
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        acme.time.setNanos(right + Duration.ofMinutes(1).toNanos());
        assertFalse(acme.decide(GET, "/orders/1").isAllowed());
        acme.admin.resetUsage(gold.id(), "rate", LimitSubject.of(acme.mobile.id()));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        acme.time.pass(Duration.ofSeconds(1));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    void leavesOthersTheirUsage() {
        Policy gold = acme.hold(Policy.named("gold").limit(RateLimit.of(1).per(Duration.ofDays(1))));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        acme.admin.resetUsage(gold.id(), "rate", LimitSubject.of(new ProfileId("other")));
        assertFalse(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    @Rule("M1")
    void isAuditedAsAChangeOfItsPolicy() {
        Policy gold = acme.hold(Policy.named("gold").limit(RateLimit.of(1).per(Duration.ofDays(1))));
        long revision = acme.admin.audit(1).get(0).revision();
        acme.admin.resetUsage(gold.id(), "rate", LimitSubject.of(acme.mobile.id()));
        AuditEntry entry =
                acme.admin.audit(AuditQuery.newest().of(gold.id()).limit(1)).get(0);
        assertEquals("reset usage", entry.action());
        assertEquals(1, entry.changes().size());
        assertTrue(entry.changes().get(0).contains("`" + acme.mobile.id() + "`"), entry::toString);
        assertTrue(entry.changes().get(0).contains("`rate`"), entry::toString);
        assertEquals(entry.before(), entry.after());
        assertEquals(revision, entry.revision());
        assertEquals(Instant.parse("2026-03-02T10:00:00Z"), entry.at());
    }

    @Test
    @Rule("M1")
    void whatTheStoreOfLimitsDidNotDoIsNotInTheRecord() {
        LimitStore broken = new LimitStore() {
            @Override
            public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
                return List.of();
            }

            @Override
            public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
                return List.of();
            }

            @Override
            public void reset(LimitDemand demand) {
                throw new StoreException("down");
            }
        };
        try (AccessControl access =
                AccessControl.builder().limitStore(broken).clock(acme.time).build()) {
            AccessAdmin admin = access.admin();
            Policy gold = admin.create(Policy.named("gold")
                    .limit(RateLimit.of(1).per(Duration.ofDays(1)).scope(LimitScope.GLOBAL))
                    .build());
            assertThrows(StoreException.class, () -> admin.resetUsage(gold.id(), "rate", LimitSubject.everybody()));
            assertEquals("create", admin.audit(1).get(0).action());
        }
    }

    @Test
    void refusesALimitThatIsNotThereAndASubjectOfAnotherScope() {
        Policy gold = acme.hold(Policy.named("gold").limit(RateLimit.of(1).per(Duration.ofDays(1))));
        LimitSubject mobile = LimitSubject.of(acme.mobile.id());
        Refusal.of(() -> acme.admin.resetUsage(gold.id(), "quota", mobile), "no limit `quota`", "[rate]");
        Refusal.of(
                () -> acme.admin.resetUsage(gold.id(), "rate", LimitSubject.of(acme.acme.id())), "PROFILE", "CLIENT");
        assertThrows(NotFoundException.class, () -> acme.admin.resetUsage(new PolicyId("none"), "rate", mobile));
    }

    private LimitSubject subject(LimitScope scope) {
        return switch (scope) {
            case PROFILE -> LimitSubject.of(acme.mobile.id());
            case CLIENT -> LimitSubject.of(acme.acme.id());
            case KEY -> LimitSubject.of(acme.key.id());
            case COLLECTION -> LimitSubject.of(acme.orders.id());
            case PROFILE_AND_COLLECTION -> LimitSubject.of(acme.mobile.id(), acme.orders.id());
            case ADDRESS -> LimitSubject.of(CallerAddress.parse(Acme.INSIDE).orElseThrow());
            case GLOBAL -> LimitSubject.everybody();
        };
    }
}
