package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies on client, profile, plan and collection are all enforced, whatever is in them, and a PUBLIC collection's too. */
@Rule({"trap 13", "trap 14"})
class FourLevelsTest {
    private static final RateLimit WIDE = RateLimit.of(1_000).per(Duration.ofMinutes(1));

    /** Where a policy hangs. */
    private enum Level {
        CLIENT,
        PROFILE,
        PLAN,
        COLLECTION
    }

    private final Acme acme = new Acme(settings -> settings.condition("never", asked -> false));
    private final AccessAdmin admin = acme.admin;

    @AfterEach
    void close() {
        acme.close();
    }

    static Stream<Arguments> levels() {
        return Stream.of(Level.values())
                .flatMap(level -> Stream.of(
                        Arguments.of(level, DenyReason.RATE_LIMITED),
                        Arguments.of(level, DenyReason.QUOTA_EXCEEDED),
                        Arguments.of(level, DenyReason.OUTSIDE_TIME_WINDOW),
                        Arguments.of(level, DenyReason.ADDRESS_BLOCKED),
                        Arguments.of(level, DenyReason.ADDRESS_NOT_ALLOWED),
                        Arguments.of(level, DenyReason.CONDITION_NOT_MET)));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void eachLevelRefusesForEachOfItsReasonsWhateverTheOthersAllow(Level level, DenyReason reason) {
        for (Level each : Level.values()) {
            Policy.Builder policy = Policy.named(each.name()).limit(WIDE.named("wide"));
            hang(
                    each,
                    admin.create((each == level ? narrow(policy, reason) : policy).build())
                            .id());
        }
        assertEquals(reason, acme.reason(GET, "/extra/1"));
    }

    @Test
    void togetherTheyLetPassWhatEachLetsPass() {
        for (Level each : Level.values()) {
            hang(
                    each,
                    admin.create(Policy.named(each.name()).limit(WIDE).build()).id());
        }
        assertNull(acme.reason(GET, "/extra/1"));
        assertEquals(4, acme.decide(GET, "/extra/1").limits().size());
    }

    static Stream<DenyReason> publicReasons() {
        return Stream.of(
                DenyReason.RATE_LIMITED,
                DenyReason.QUOTA_EXCEEDED,
                DenyReason.OUTSIDE_TIME_WINDOW,
                DenyReason.ADDRESS_BLOCKED,
                DenyReason.ADDRESS_NOT_ALLOWED,
                DenyReason.CONDITION_NOT_MET);
    }

    @ParameterizedTest
    @MethodSource("publicReasons")
    @Rule("D4")
    void aPublicCollectionNeedsNoKeyAndHoldsEverybodyToItsPolicy(DenyReason reason) {
        Policy policy = admin.create(narrow(Policy.named("public"), reason).build());
        ApiCollection open = admin.create(ApiCollection.named("Open")
                .visibility(Visibility.PUBLIC)
                .route("/open", GET)
                .build());
        AccessRequest anonymous = Acme.request(GET, "/open").build();
        assertNull(Acme.reason(acme.access.decider().decide(anonymous)));
        admin.update(open.toBuilder().policy(policy.id()).build());
        assertEquals(reason, Acme.reason(acme.access.decider().decide(anonymous)));
        assertEquals(reason, acme.reason(GET, "/open"));
        Refusal.of(
                () -> admin.update(
                        admin.get(acme.mobile.id()).toBuilder().grant(open.id()).build()),
                "PUBLIC",
                "takes no grant");
    }

    private static Policy.Builder narrow(Policy.Builder policy, DenyReason reason) {
        return switch (reason) {
            case RATE_LIMITED ->
                policy.limit(RateLimit.of(0).per(Duration.ofMinutes(1)).scope(LimitScope.GLOBAL));
            case QUOTA_EXCEEDED -> policy.limit(Quota.of(0).perDay().scope(LimitScope.GLOBAL));
            case OUTSIDE_TIME_WINDOW -> policy.during(TimeWindow.daily(LocalTime.of(1, 0), LocalTime.of(2, 0)));
            case ADDRESS_BLOCKED -> policy.blockFrom(Acme.INSIDE);
            case ADDRESS_NOT_ALLOWED -> policy.allowFrom(Acme.OUTSIDE);
            case CONDITION_NOT_MET -> policy.condition("never", Map.of());
            default -> throw new AssertionError(reason);
        };
    }

    private void hang(Level level, PolicyId policy) {
        switch (level) {
            case CLIENT ->
                admin.update(
                        admin.get(acme.acme.id()).toBuilder().policy(policy).build());
            case PROFILE ->
                admin.update(
                        admin.get(acme.mobile.id()).toBuilder().policy(policy).build());
            case PLAN -> {
                Plan plan = admin.lock(
                        admin.create(Plan.named("plan", policy).build()).id());
                ApiCollection extra = admin.create(ApiCollection.named("Extra")
                        .basePath("/extra")
                        .plan(plan.id())
                        .build());
                admin.update(admin.get(acme.mobile.id()).toBuilder()
                        .grant(Grant.of(extra.id()).plan(plan.id()))
                        .build());
            }
            case COLLECTION ->
                admin.listCollections().stream()
                        .filter(collection -> collection.name().equals("Extra"))
                        .forEach(collection -> admin.update(
                                collection.toBuilder().policy(policy).build()));
        }
    }
}
