package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Id;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one store: what one of them changes, what the other sees, and what it does while the store is away. */
class NodesTest {
    private final MemoryAccessStore shared = new MemoryAccessStore();
    private final Acme acme = new Acme(builder -> builder.store(shared));
    private final RemoteStore way = new RemoteStore(shared);
    private final AccessControl node = open(way);

    @AfterEach
    void close() {
        way.goOn();
        node.close();
        acme.close();
    }

    @Test
    @Rule({"D12", "S4"})
    void aChangeThatTookEffectWhileTheStoreDoesNotAnswerIsDoneAndNothingIsDecidedWithoutIt() {
        way.down(true);
        IssuedKey next = node.admin().refreshKey(acme.key.key().id());
        assertEquals(DenyReason.UNAVAILABLE, reason(acme.key));
        assertEquals(DenyReason.UNAVAILABLE, reason(next));
        assertEquals(2, acme.admin.listKeys(acme.mobile.id()).size());
        way.down(false);
        node.refreshNow();
        assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme.key));
        assertNull(reason(next));
    }

    @Test
    @Rule("S4")
    void goesOnFromTheLastSnapshotWhileTheStoreIsDownAndNotTooLong() {
        way.down(true);
        assertThrows(StoreException.class, node::refreshNow);
        acme.time.pass(Duration.ofMinutes(15));
        assertNull(reason(acme.key));
        assertEquals(Duration.ofMinutes(15), node.snapshotAge());
        assertFalse(node.storeHealth().up());
        assertFalse(node.storeHealth().stale());
        acme.time.pass(Duration.ofNanos(1));
        assertEquals(DenyReason.UNAVAILABLE, reason(acme.key));
        assertTrue(node.storeHealth().stale());
        way.down(false);
        node.refreshNow();
        assertNull(reason(acme.key));
        assertEquals(Duration.ZERO, node.snapshotAge());
        assertTrue(node.storeHealth().up());
    }

    @Test
    @Rule({"C9", "S4"})
    void issuesNothingByWhatItNoLongerKnowsAndCountsNoFailureThen() {
        AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        try (AccessControl strict = builder(way).tokenFailures(1).build()) {
            IssuedKey elsewhere = acme.admin.issueClientSecret(robot.id());
            TokenRequest request = TokenRequest.of(robot.id().value(), Secret.of(elsewhere.reveal()))
                    .build();
            way.down(true);
            acme.time.pass(Duration.ofMinutes(15).plusNanos(1));
            for (int i = 0; i < 3; i++) {
                assertEquals(DenyReason.UNAVAILABLE, refusal(strict, request), "and not a failure of its address");
            }
            assertEquals(3, strict.health().unavailable(), "each is counted as a denied call");
            way.down(false);
            strict.refreshNow();
            assertInstanceOf(TokenAnswer.Issued.class, strict.tokens().issue(request));
            way.down(true);
            strict.admin().deactivate(robot.id());
            assertEquals(DenyReason.UNAVAILABLE, refusal(strict, request), "a change of its own is not known");
        }
    }

    @Test
    @Rule("S4")
    void knowsNoAgeOfAStoreInThisProcess() {
        acme.time.pass(Duration.ofDays(400));
        assertNull(Acme.reason(acme.decide(GET, "/orders")));
        assertEquals(Duration.ZERO, acme.access.snapshotAge());
    }

    @Test
    @Rule("S3")
    void neverGoesBackToAnEarlierRevision() {
        acme.admin.revokeKey(acme.key.id());
        node.refreshNow();
        assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme.key));
        way.answer(new ChangeSet(1, true, List.of(), Set.of()));
        StoreException refused = assertThrows(StoreException.class, node::refreshNow);
        assertTrue(String.valueOf(refused.getMessage()).contains("answers from revision `1`"), refused::getMessage);
        assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme.key));
    }

    @Test
    @Rule({"S3", "D12", "trap 15"})
    void hearsOfARevocationInTheBackground() {
        RemoteStore quick = new RemoteStore(shared, Duration.ofMillis(5));
        try (AccessControl other = open(quick)) {
            assertNull(reason(other, acme.key));
            acme.admin.revokeKey(acme.key.id());
            until(() -> reason(other, acme.key) == DenyReason.REVOKED_CREDENTIAL);
            quick.down(true);
            until(() -> !other.storeHealth().up());
            quick.down(false);
            until(() -> other.storeHealth().up());
        }
        int asked = quick.questions();
        assertTrue(asked > 2);
    }

    @Test
    @Rule("S8")
    void looksOnceForAKeyThatAnotherNodeHasIssued() {
        IssuedKey fresh = acme.admin.issueKey(acme.mobile.id());
        until(() -> {
            acme.time.pass(Duration.ofSeconds(1));
            return reason(fresh) == null;
        });
        assertEquals(shared.changesSince(0).revision(), node.storeHealth().revision());
        int asked = way.questions();
        assertNull(reason(fresh));
        assertEquals(asked, way.questions());
    }

    @Test
    @Rule({"S8", "C9"})
    void looksOnceForAClientSecretThatAnotherNodeHasIssued() {
        AccessProfile robot = robot();
        node.refreshNow();
        IssuedKey fresh = acme.admin.issueClientSecret(robot.id());
        until(() -> {
            acme.time.pass(Duration.ofSeconds(1));
            return answer(fresh) instanceof TokenAnswer.Issued;
        });
        IssuedKey refreshed = acme.admin.refreshKey(fresh.id());
        until(() -> {
            acme.time.pass(Duration.ofSeconds(1));
            return answer(refreshed) instanceof TokenAnswer.Issued;
        });
        assertEquals(refused(DenyReason.REVOKED_CREDENTIAL), answer(fresh));
    }

    @Test
    @Rule("S8")
    void looksForTheSameStrangerOnceASecond() {
        IssuedKey stranger = stranger();
        for (int call = 0; call < 20; call++) {
            assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(stranger));
        }
        assertEquals(1, node.storeHealth().lookUps());
        acme.time.pass(Duration.ofSeconds(1));
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(stranger));
        assertEquals(2, node.storeHealth().lookUps());
    }

    @Test
    @Rule({"S8", "D1"})
    void waitsForNoStoreThatHangs() {
        IssuedKey stranger = stranger();
        way.hang();
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(stranger)));
        assertNull(reason(acme.key));
    }

    @Test
    @Rule("S8")
    void looksForAHundredStrangersASecondAtMost() {
        for (int i = 0; i < 103; i++) {
            assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(stranger()));
        }
        assertEquals(100, node.storeHealth().lookUps());
        assertEquals(3, node.storeHealth().lookUpsRefused());
        acme.time.pass(Duration.ofSeconds(1));
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(stranger()));
        assertEquals(101, node.storeHealth().lookUps());
    }

    @Test
    @Rule("S9")
    void deniesAProfileThatCannotBeReadAndNoOther() {
        ProfileId other = acme.admin
                .create(acme.mobile.toBuilder()
                        .id(new ProfileId("other"))
                        .name("other")
                        .build())
                .id();
        IssuedKey good = acme.admin.issueKey(other);
        damage(acme.mobile.id());
        assertEquals(DenyReason.PROFILE_UNREADABLE, reason(acme.key));
        assertNull(reason(good));
        assertEquals(1, node.storeHealth().unreadable());
        String explained = node.explain(call(acme.key)).toString();
        assertTrue(explained.contains("cannot be read"), explained);
    }

    @Test
    @Rule("S9")
    void deniesAProfileThatIsJudgedByWhatCannotBeRead() {
        Policy policy = acme.hold(Policy.named("Gold"));
        damage(policy.id());
        assertEquals(DenyReason.PROFILE_UNREADABLE, reason(acme.key));
    }

    @Test
    @Rule("S9")
    void deniesAProfileWhoseClientCannotBeRead() {
        damage(acme.acme.id());
        assertEquals(DenyReason.PROFILE_UNREADABLE, reason(acme.key));
        acme.admin.revokeKey(acme.key.id());
        node.refreshNow();
        assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme.key));
    }

    @Test
    @Rule({"S9", "D5"})
    void saysNothingOfAProfileWhoseClientCannotBeReadBeforeAProof() {
        damage(acme.acme.id());
        for (String subject : List.of(acme.mobile.id().value(), "nobody")) {
            String token =
                    SignedToken.hs256(acme.time.instant()).claim("sub", subject).sign();
            AccessRequest call = Acme.request(GET, "/orders").bearer(token).build();
            assertEquals(
                    DenyReason.UNKNOWN_CREDENTIAL, Acme.reason(node.decider().decide(call)), subject);
        }
    }

    @Test
    @Rule({"S9", "C9"})
    void issuesNoTokenToAProfileThatCannotBeRead() {
        AccessProfile robot = robot();
        IssuedKey secret = acme.admin.issueClientSecret(robot.id());
        damage(acme.acme.id());
        assertEquals(refused(DenyReason.PROFILE_UNREADABLE), answer(secret));
        damage(robot.id());
        assertEquals(refused(DenyReason.PROFILE_UNREADABLE), answer(secret));
        acme.admin.revokeKey(secret.id());
        node.refreshNow();
        assertEquals(refused(DenyReason.REVOKED_CREDENTIAL), answer(secret));
    }

    @Test
    @Rule("S9")
    void decidesNothingWhileACollectionCannotBeRead() {
        CollectionId everything = acme.admin
                .create(ApiCollection.named("everything")
                        .visibility(Visibility.PUBLIC)
                        .route("/{any...}", GET)
                        .build())
                .id();
        node.refreshNow();
        assertNull(reason(acme.key));
        damage(acme.orders.id());
        assertEquals(DenyReason.UNAVAILABLE, reason(acme.key));
        AccessRequest anonymous = AccessRequest.of(GET, "/orders").build();
        assertEquals(DenyReason.UNAVAILABLE, Acme.reason(node.decider().decide(anonymous)), everything::value);
    }

    private void damage(Id<?> id) {
        way.damage(id);
        node.refreshNow();
    }

    private AccessProfile robot() {
        return acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
    }

    private TokenAnswer answer(IssuedKey secret) {
        return node.tokens()
                .issue(TokenRequest.of(secret.key().profile().value(), Secret.of(secret.reveal()))
                        .build());
    }

    private static TokenAnswer refused(DenyReason reason) {
        return new TokenAnswer.Refused(reason, Optional.empty());
    }

    private static IssuedKey stranger() {
        try (Acme other = new Acme()) {
            return other.key;
        }
    }

    private DenyReason reason(IssuedKey key) {
        return reason(node, key);
    }

    @SuppressWarnings("NullAway") // null is an allowed call
    private static DenyReason reason(AccessControl on, IssuedKey key) {
        return Acme.reason(on.decider().decide(call(key)));
    }

    private static AccessRequest call(IssuedKey key) {
        return Acme.request(GET, "/orders").apiKey(key.reveal()).build();
    }

    private static DenyReason refusal(AccessControl on, TokenRequest request) {
        return assertInstanceOf(TokenAnswer.Refused.class, on.tokens().issue(request))
                .reason();
    }

    private AccessControl open(RemoteStore store) {
        return builder(store).tokenFailures(0).build();
    }

    private AccessControl.Builder builder(RemoteStore store) {
        return AccessControl.builder().store(store).clock(acme.time).monotonicClock(acme.time);
    }

    /** Waits for what other threads bring about, far longer than it takes. */
    private static void until(BooleanSupplier condition) {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }
}
