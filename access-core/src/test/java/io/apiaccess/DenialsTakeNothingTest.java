package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.decision.Stage;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A denied call, whatever it is denied for, consumes no limit at any level. */
@Rule("D6")
class DenialsTakeNothingTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final Watched limits = new Watched();
    private final RemoteStore store = new RemoteStore(new MemoryAccessStore());
    private final Acme acme = new Acme(
            builder -> builder.store(store).maxStaleness(DAY).limitStore(limits).condition("never", asked -> false));
    private Policy gold;

    @BeforeEach
    void holdAllLevelsToLimitsOfEveryScope() {
        Policy.Builder ofClient = Policy.named("client").limit(RateLimit.of(50).per(DAY));
        Policy.Builder ofCollection =
                Policy.named("collection").limit(Quota.of(40).perDay());
        for (LimitScope scope : LimitScope.values()) {
            ofClient.limit(RateLimit.of(50).per(DAY).named("each " + scope).scope(scope));
            ofCollection.limit(Quota.of(40).perDay().named("each " + scope).scope(scope));
        }
        acme.admin.update(acme.acme.toBuilder()
                .policy(acme.admin.create(ofClient.build()).id())
                .build());
        acme.admin.update(acme.orders.toBuilder()
                .policy(acme.admin.create(ofCollection.build()).id())
                .build());
        gold = acme.hold(Policy.named("profile").limit(RateLimit.of(50).per(DAY)));
        assertTrue(acme.decide(call(acme.key).cost(3)).isAllowed());
    }

    @AfterEach
    void close() {
        acme.close();
    }

    static Stream<DenyReason> reasons() {
        return Arrays.stream(DenyReason.values())
                .filter(reason -> reason.stage() != Stage.ANY
                        && reason != DenyReason.TOO_MANY_FAILURES
                        && reason != DenyReason.TOKEN_INACTIVE);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    @Rule({"L3", "trap 2", "trap 12", "trap 13"})
    void whateverItIsDeniedFor(DenyReason reason) {
        AccessRequest.Builder denied = callDeniedFor(reason);
        List<Long> before = limits.remaining(acme);
        int takings = limits.takings;
        for (int call = 0; call < 50; call++) {
            assertEquals(reason, acme.reason(denied));
        }
        assertEquals(before, limits.remaining(acme));
        assertEquals(reason.stage() == Stage.LIMITS ? takings + 50 : takings, limits.takings);
    }

    @Test
    void anAllowedCallTakesFromEveryCounter() {
        List<Long> before = limits.remaining(acme);
        assertTrue(acme.decide(call(acme.key)).isAllowed());
        assertEquals(before.stream().map(left -> left - 1).toList(), limits.remaining(acme));
        assertNotEquals(List.of(), before);
    }

    private AccessRequest.Builder callDeniedFor(DenyReason reason) {
        AccessRequest.Builder call = call(acme.key);
        switch (reason) {
            case PATH_NOT_CANONICAL -> call = call(acme.key, "/orders/../orders");
            case AMBIGUOUS_CREDENTIAL -> call.bearer(acme.key.reveal());
            case MISSING_CREDENTIAL -> call = Acme.request(GET, "/orders");
            case MALFORMED_CREDENTIAL -> call = Acme.request(GET, "/orders").apiKey(acme.key.reveal() + "x");
            case UNKNOWN_CREDENTIAL -> {
                try (Acme other = new Acme()) {
                    call = call(other.key);
                }
            }
            case WRONG_METHOD ->
                call = token(SignedToken.hs256(acme.time.instant())
                        .claim("sub", acme.mobile.id().value())
                        .sign());
            case INVALID_SIGNATURE -> call = token(robot().sign(SignedToken.SECRET + "x"));
            case INVALID_CLAIMS -> call = token(robot().claim("exp", null).sign());
            case CERTIFICATE_MISMATCH ->
                change(mobile().certificate(CertificateCondition.builder()
                        .subject("CN=mobile")
                        .build()));
            case REVOKED_CREDENTIAL -> acme.admin.revokeKey(acme.key.id());
            case KEY_DISABLED -> acme.admin.disableKey(acme.key.id());
            case EXPIRED_CREDENTIAL -> {
                call = call(key(KeySpec.plain().lifetime(Duration.ofHours(1))));
                acme.time.pass(Duration.ofHours(1));
            }
            case CREDENTIAL_NOT_YET_VALID ->
                call = call(key(KeySpec.plain().notBefore(acme.time.instant().plus(DAY))));
            case PROFILE_UNREADABLE -> {
                store.damage(acme.mobile.id());
                acme.access.refreshNow();
            }
            case PROFILE_NOT_REGISTERED -> call = call(unregistered());
            case PROFILE_RETIRED -> acme.admin.retire(acme.mobile.id());
            case PROFILE_INACTIVE -> acme.admin.deactivate(acme.mobile.id());
            case CLIENT_RETIRED -> acme.admin.retire(acme.acme.id());
            case CLIENT_INACTIVE -> acme.admin.deactivate(acme.acme.id());
            case ADDRESS_UNKNOWN -> call.from(null);
            case ADDRESS_BLOCKED -> change(mobile().blockFrom(Acme.INSIDE));
            case ADDRESS_NOT_ALLOWED -> call.from(Acme.OUTSIDE);
            case NO_SUCH_ROUTE -> call = call(acme.key, "/nothing");
            case NOT_GRANTED -> {
                secrets();
                call = call(acme.key, "/secrets");
            }
            case COLLECTION_INACTIVE -> acme.admin.deactivate(acme.orders.id());
            case ROUTE_INACTIVE -> acme.admin.deactivateRoute(acme.orders.id(), "/orders");
            case METHOD_NOT_ALLOWED -> call = Acme.request(DELETE, "/orders").apiKey(acme.key.reveal());
            case INSUFFICIENT_SCOPE -> {
                change(mobile().grant(Grant.of(secrets().id()).scopes("other")));
                call = call(acme.key, "/secrets");
            }
            case OUTSIDE_TIME_WINDOW ->
                acme.admin.update(gold.toBuilder()
                        .during(TimeWindow.daily(LocalTime.of(11, 0), LocalTime.of(12, 0)))
                        .build());
            case CONDITION_NOT_MET ->
                acme.admin.update(gold.toBuilder().condition("never", Map.of()).build());
            case RATE_LIMITED -> call.cost(60);
            case QUOTA_EXCEEDED -> call.cost(40);
            default -> throw new AssertionError("no call is denied for " + reason + ": add one");
        }
        return call;
    }

    private static AccessRequest.Builder token(String token) {
        return Acme.request(GET, "/orders").bearer(token);
    }

    /** Starts a token that would be good. */
    private SignedToken robot() {
        AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SignedToken.SECRET).build())
                .build());
        return SignedToken.hs256(acme.time.instant()).claim("sub", robot.id().value());
    }

    private static AccessRequest.Builder call(IssuedKey key) {
        return call(key, "/orders");
    }

    private static AccessRequest.Builder call(IssuedKey key, String path) {
        return Acme.request(GET, path).apiKey(key.reveal());
    }

    private AccessProfile.Builder mobile() {
        return acme.admin.get(acme.mobile.id()).toBuilder();
    }

    private void change(AccessProfile.Builder profile) {
        acme.admin.update(profile.build());
    }

    private IssuedKey key(KeySpec spec) {
        return acme.admin.issueKey(acme.mobile.id(), spec);
    }

    private IssuedKey unregistered() {
        acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        AccessProfile profile = acme.admin.create(AccessProfile.named("unregistered", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        return acme.admin.issueKey(profile.id());
    }

    private ApiCollection secrets() {
        return acme.admin.create(ApiCollection.named("Secrets")
                .route(Route.at("/secrets", GET).scopes("secret"))
                .build());
    }

    /** A store in memory that knows every counter it was asked for. */
    private static final class Watched implements LimitStore {
        private final LimitStore store = new MemoryLimitStore();
        private final Set<LimitDemand> known = new LinkedHashSet<>();
        private int takings;

        @Override
        public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
            takings++;
            known.addAll(demands);
            return store.take(demands, cost, now);
        }

        @Override
        public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
            return store.peek(demands, cost, now);
        }

        @Override
        public void reset(LimitDemand demand) {
            store.reset(demand);
        }

        @Override
        public boolean isInProcess() {
            return true;
        }

        List<Long> remaining(Acme acme) {
            Reading now = new Reading(acme.time.getAsLong(), acme.time.instant());
            return store.peek(List.copyOf(known), 1, now).stream()
                    .map(LimitState::remaining)
                    .toList();
        }
    }
}
