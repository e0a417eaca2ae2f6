package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.entity.UniqueKey;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a policy may be made of. */
class PolicyTest {
    private static final Limit RATE = RateLimit.of(10).per(Duration.ofSeconds(1));

    @Test
    void holdsWhatItWasGivenInOrder() {
        TimeWindow window = TimeWindow.daily(LocalTime.of(9, 0), LocalTime.of(17, 0));
        Limit quota = Quota.of(5).perDay();
        Policy policy = Policy.named("standard")
                .id(new PolicyId("p1"))
                .project("retail")
                .limit(quota)
                .limit(RATE)
                .during(window)
                .allowFrom("10.0.0.0/8")
                .allowFrom("192.0.2.7")
                .blockFrom("10.9.0.0/16")
                .build();
        assertEquals(List.of(quota, RATE), policy.limits());
        assertEquals(List.of(window), policy.windows());
        assertEquals(
                "from [10.0.0.0/8, 192.0.2.7] except [10.9.0.0/16]",
                policy.addresses().toString());
        assertEquals(policy.toString(), policy.toBuilder().build().toString());
        assertEquals(Set.of(new UniqueKey("policy name", "standard")), policy.uniqueKeys());
    }

    @Test
    void hasAnIdOfItsOwnUnlessGiven() {
        assertNotEquals(
                Policy.named("a").build().id(), Policy.named("a").build().id());
    }

    @Test
    @Rule("L2")
    void refusesTwoLimitsOfOneName() {
        Refusal.of(
                () -> Policy.named("standard").limit(RATE).limit(RATE).build(),
                "policy `standard`",
                "limit name `rate`",
                "twice",
                "`named(…)`");
        Policy both =
                Policy.named("standard").limit(RATE).limit(Quota.of(1).perDay()).build();
        assertEquals(2, both.limits().size());
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> Policy.named("  ")
                        .description("d".repeat(2_001))
                        .project("")
                        .limit(RATE)
                        .limit(RATE)
                        .allowFrom("192.0.2.0-10")
                        .blockFrom("localhost")
                        .allowFrom("")
                        .build(),
                "policy `  `",
                "`192.0.2.0-10`",
                "`localhost`",
                "AddressRules.none()",
                "name `  ` begins or ends in white space",
                "description `ddd",
                "project is missing",
                "limit name `rate`");
        assertEquals(7, message.split("; ").length, message);
    }

    @Test
    void isRefusedForAnAddressListThoughAnotherIsFine() {
        Refusal.of(
                () -> Policy.named("x")
                        .blockFrom("0300.0250.7.5")
                        .blockFrom("10.0.0.0/8")
                        .build(),
                "policy `x`",
                "`0300.0250.7.5`");
    }

    @Test
    @Rule("N3")
    void keepsAnEmptyAddressList() {
        Policy policy = Policy.named("x").addresses(AddressRules.none()).build();
        assertEquals(AddressRules.none(), policy.addresses());
        assertEquals(AddressRules.none(), policy.toBuilder().build().addresses());
    }

    @Test
    void isNotChangedByItsBuilder() {
        Policy.Builder builder = Policy.named("x").limit(RATE);
        Policy policy = builder.build();
        assertTrue(builder.clearLimits().build().limits().isEmpty());
        assertEquals(List.of(RATE), policy.limits());
    }
}
