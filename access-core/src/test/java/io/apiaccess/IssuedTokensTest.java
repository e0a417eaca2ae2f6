package io.apiaccess;

import static io.apiaccess.decision.DenyReason.ADDRESS_BLOCKED;
import static io.apiaccess.decision.DenyReason.ADDRESS_NOT_ALLOWED;
import static io.apiaccess.decision.DenyReason.ADDRESS_UNKNOWN;
import static io.apiaccess.decision.DenyReason.CERTIFICATE_MISMATCH;
import static io.apiaccess.decision.DenyReason.CLIENT_INACTIVE;
import static io.apiaccess.decision.DenyReason.CLIENT_RETIRED;
import static io.apiaccess.decision.DenyReason.CREDENTIAL_NOT_YET_VALID;
import static io.apiaccess.decision.DenyReason.EXPIRED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.INSUFFICIENT_SCOPE;
import static io.apiaccess.decision.DenyReason.KEY_DISABLED;
import static io.apiaccess.decision.DenyReason.MALFORMED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.NOT_GRANTED;
import static io.apiaccess.decision.DenyReason.PROFILE_INACTIVE;
import static io.apiaccess.decision.DenyReason.PROFILE_NOT_REGISTERED;
import static io.apiaccess.decision.DenyReason.PROFILE_RETIRED;
import static io.apiaccess.decision.DenyReason.REVOKED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.TOO_MANY_FAILURES;
import static io.apiaccess.decision.DenyReason.UNAVAILABLE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.WRONG_METHOD;
import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.ConflictException;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.Registration;
import io.apiaccess.client.TokenId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.AuditEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens that are issued by client credentials: who gets one, what it opens, and when it is dead. */
@Rule({"C9", "D5", "D12"})
class IssuedTokensTest {
    private static final KeyFormat AK = new KeyFormat("ak");

    private InterruptedStore store = new InterruptedStore();
    private Acme acme = new Acme(builder -> builder.store(store).tokensPerMinute(0));
    private AccessAdmin admin = acme.admin;
    private AccessProfile robot = robot(UnaryOperator.identity());
    private IssuedKey secret = admin.issueClientSecret(robot.id());

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void opensWhatTheProfileMayCallForAnHour() {
        TokenAnswer.Issued issued = issued(request());
        assertEquals(Duration.ofHours(1), issued.lifetime());
        String token = issued.reveal();
        Decision decision = acme.decide(Acme.request(GET, "/orders/1").bearer(token));
        assertTrue(decision.isAllowed());
        assertEquals(robot.id(), decision.caller().orElseThrow().profile());
        assertEquals(Optional.of(secret.id()), decision.caller().orElseThrow().key());
        assertNotEquals(token, issued(request()).reveal());
        acme.time.pass(Duration.ofHours(1).minusNanos(1));
        assertNull(reason(token));
        acme.time.pass(Duration.ofNanos(1));
        assertEquals(EXPIRED_CREDENTIAL, reason(token));
    }

    @Test
    @Rule("C13")
    void holdsTheScopesOfTheGrantsOrThoseItIsNarrowedTo() {
        ApiCollection files = admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .route(Route.at("/files/all", DELETE).scopes("files.purge"))
                .build());
        edit(robot -> robot.grant(Grant.of(files.id()).scopes("files.read", "files.delete")));
        TokenAnswer.Issued wide = issued(request());
        assertEquals(Set.of("files.read", "files.delete"), wide.scopes());
        assertNull(acme.reason(Acme.request(DELETE, "/files").bearer(wide.reveal())));
        assertEquals(
                INSUFFICIENT_SCOPE,
                acme.reason(Acme.request(DELETE, "/files/all").bearer(wide.reveal())));
        TokenAnswer.Issued narrow = issued(request().scope("files.read"));
        assertEquals(Set.of("files.read"), narrow.scopes());
        assertNull(acme.reason(Acme.request(GET, "/files").bearer(narrow.reveal())));
        assertNull(acme.reason(Acme.request(GET, "/orders").bearer(narrow.reveal())));
        assertEquals(
                INSUFFICIENT_SCOPE, acme.reason(Acme.request(DELETE, "/files").bearer(narrow.reveal())));
        assertEquals(wide.scopes(), issued(request().scope("")).scopes());
        for (String scope : List.of("files.purge", "files.read files.purge", "files.read  files.delete", " ", "\"")) {
            TokenAnswer.Refused refused = refused(request().scope(scope));
            assertEquals(INSUFFICIENT_SCOPE, refused.reason(), scope);
            assertEquals("invalid_scope", refused.error());
        }
        edit(robot -> robot.withoutGrant(files.id()).grant(Grant.of(files.id()).scopes("files.read")));
        assertEquals(
                INSUFFICIENT_SCOPE, acme.reason(Acme.request(DELETE, "/files").bearer(wide.reveal())), "at once");
    }

    static Stream<Arguments> deaths() {
        return Stream.of(
                dies("disabled secret", KEY_DISABLED, "invalid_client", it -> it.admin.disableKey(it.secret.id())),
                dies("revoked secret", REVOKED_CREDENTIAL, "invalid_client", it -> it.admin.revokeKey(it.secret.id())),
                dies(
                        "refreshed secret",
                        REVOKED_CREDENTIAL,
                        "invalid_client",
                        it -> it.admin.refreshKey(it.secret.id())),
                dies(
                        "inactive profile",
                        PROFILE_INACTIVE,
                        "unauthorized_client",
                        it -> it.admin.deactivate(it.robot.id())),
                dies("retired profile", PROFILE_RETIRED, "unauthorized_client", it -> it.admin.retire(it.robot.id())),
                dies(
                        "inactive client",
                        CLIENT_INACTIVE,
                        "unauthorized_client",
                        it -> it.admin.deactivate(it.acme.acme.id())),
                dies("retired client", CLIENT_RETIRED, "unauthorized_client", it -> it.admin.retire(it.acme.acme.id())),
                dies(
                        "other authentication",
                        WRONG_METHOD,
                        "invalid_client",
                        it -> it.edit(robot -> robot.authentication(Authentication.authToken()))),
                dies(
                        "certificate asked for",
                        CERTIFICATE_MISMATCH,
                        "invalid_client",
                        it -> it.edit(robot -> robot.certificate(CertificateCondition.builder()
                                .subject("CN=robot")
                                .build()))),
                dies(
                        "blocked address",
                        ADDRESS_BLOCKED,
                        "unauthorized_client",
                        it -> it.edit(robot -> robot.blockFrom(Acme.INSIDE))),
                dies(
                        "narrowed addresses",
                        ADDRESS_NOT_ALLOWED,
                        "unauthorized_client",
                        it -> it.edit(robot -> robot.addresses(AddressRules.none()))),
                dies("blocked by the client's policy", ADDRESS_BLOCKED, "unauthorized_client", it -> {
                    Policy policy = it.admin.create(
                            Policy.named("blocks").blockFrom(Acme.INSIDE).build());
                    it.admin.update(it.admin.get(it.acme.acme.id()).toBuilder()
                            .policy(policy.id())
                            .build());
                }),
                dies(
                        "deleted profile",
                        UNKNOWN_CREDENTIAL,
                        "invalid_client",
                        it -> it.admin.delete(it.robot.id(), true)),
                dies(
                        "deleted client",
                        UNKNOWN_CREDENTIAL,
                        "invalid_client",
                        it -> it.admin.delete(it.acme.acme.id(), true)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deaths")
    @Rule("trap 15")
    void isDeadAtOnceAndIsNotIssuedAgain(
            String what, DenyReason reason, String error, Consumer<IssuedTokensTest> change) {
        String token = token();
        assertNull(reason(token), what);
        change.accept(this);
        assertEquals(reason, reason(token), what);
        TokenAnswer.Refused refused = refused(request());
        assertEquals(reason, refused.reason(), what);
        assertEquals(error, refused.error(), what);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deaths")
    void isNotIssuedAcrossAChangeThatTakesItAway(
            String what, DenyReason reason, String error, Consumer<IssuedTokensTest> change) {
        store.before = () -> change.accept(this);
        TokenAnswer.Refused refused = refused(request());
        assertEquals(reason, refused.reason(), what);
        assertEquals(error, refused.error());
        assertEquals(List.of(), store.read(view -> view.list(AccessToken.class)), what);
    }

    @Test
    void isDeadWhereItsGrantIsBroken() {
        String token = token();
        edit(robot -> robot.withoutGrant(acme.orders.id()));
        assertEquals(NOT_GRANTED, reason(token));
    }

    @Test
    void livesAgainWithWhatWasSwitchedOffAndNotLonger() {
        String token = token();
        admin.disableKey(secret.id());
        admin.deactivate(robot.id());
        assertEquals(KEY_DISABLED, reason(token));
        admin.enableKey(secret.id());
        admin.activate(robot.id());
        assertNull(reason(token));
        acme.time.pass(Duration.ofHours(1));
        assertEquals(EXPIRED_CREDENTIAL, reason(token));
    }

    @Test
    @Rule("C4")
    void endsWithItsSecretAndLivesThroughAnOverlap() {
        String first = token();
        IssuedKey fresh = admin.refreshKey(secret.id(), Duration.ofMinutes(10));
        assertEquals(KeyUse.TOKENS, fresh.key().use());
        TokenAnswer.Issued late = issued(request());
        assertEquals(Duration.ofMinutes(10), late.lifetime());
        String second = issued(request(fresh)).reveal();
        assertNull(reason(first));
        acme.time.pass(Duration.ofMinutes(10));
        assertEquals(REVOKED_CREDENTIAL, reason(first));
        assertEquals(EXPIRED_CREDENTIAL, reason(late.reveal()));
        assertNull(reason(second));
        assertEquals(REVOKED_CREDENTIAL, refused(request()).reason());
        IssuedKey brief = admin.issueClientSecret(robot.id(), KeySpec.plain().lifetime(Duration.ofMinutes(1)));
        assertEquals(Duration.ofMinutes(1), issued(request(brief)).lifetime());
        acme.time.pass(Duration.ofMinutes(1));
        assertEquals(EXPIRED_CREDENTIAL, refused(request(brief)).reason());
        IssuedKey later = admin.issueClientSecret(
                robot.id(), KeySpec.plain().notBefore(acme.time.instant().plusSeconds(1)));
        assertEquals(CREDENTIAL_NOT_YET_VALID, refused(request(later)).reason());
        acme.time.pass(ApiKey.REMEMBERED);
        assertEquals(UNKNOWN_CREDENTIAL, refused(request()).reason());
    }

    @Test
    @Rule("M3")
    void waitsForARegistration() {
        Client labs = admin.create(
                Client.named("Labs").registration(Registration.MANUAL).build());
        AccessProfile draft = admin.create(AccessProfile.named("draft", labs.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        IssuedKey early = admin.issueClientSecret(draft.id());
        TokenRequest.Builder request = TokenRequest.of(draft.id().value(), Secret.of(early.reveal()));
        assertEquals(PROFILE_NOT_REGISTERED, refused(request).reason());
        admin.register(draft.id());
        String token = issued(request).reveal();
        assertNull(reason(token));
        admin.update(admin.get(draft.id()).toBuilder()
                .authentication(Authentication.authToken())
                .build());
        assertEquals(WRONG_METHOD, reason(token), "what takes it away does not wait");
        assertEquals(WRONG_METHOD, refused(request).reason());
        admin.update(admin.get(draft.id()).toBuilder()
                .authentication(OAuth2.issuedHere())
                .build());
        assertNull(reason(token));
    }

    @Test
    @Rule({"trap 11", "X2"})
    void takesNoKeyForASecretAndNoSecretForAKey() {
        edit(robot -> robot.authentication(Authentication.authToken()));
        IssuedKey key = admin.issueKey(robot.id());
        edit(robot -> robot.authentication(OAuth2.issuedHere()));
        assertEquals(KeyUse.CALLS, key.key().use());
        assertEquals(UNKNOWN_CREDENTIAL, refused(request(key)).reason());
        assertEquals(WRONG_METHOD, acme.reason(Acme.request(GET, "/orders").apiKey(key.reveal())));
        String token = token();
        for (String text : List.of(secret.reveal(), secret.reveal() + "x", "aks_", "akt_", token + "x", bent(token))) {
            assertEquals(
                    MALFORMED_CREDENTIAL,
                    acme.reason(Acme.request(GET, "/orders").apiKey(text)),
                    text);
            assertEquals(MALFORMED_CREDENTIAL, reason(text), text);
        }
        assertEquals(
                MALFORMED_CREDENTIAL,
                acme.reason(Acme.request(GET, "/orders").apiKey(token)),
                "a token is one as a Bearer credential only");
        for (String text :
                List.of(token, key.reveal(), robot.id().value(), secret.id().value(), "")) {
            assertEquals(
                    UNKNOWN_CREDENTIAL,
                    refused(TokenRequest.of(robot.id().value(), Secret.of(text)))
                            .reason());
        }
        edit(robot -> robot.authentication(Authentication.authToken()));
        assertEquals(
                MALFORMED_CREDENTIAL, acme.reason(Acme.request(GET, "/orders").apiKey(secret.reveal())));
        assertNull(acme.reason(Acme.request(GET, "/orders").apiKey(key.reveal())));
        for (String text : List.of(secret.reveal(), token, "aks_0123456789abcdef")) {
            assertThrows(IllegalArgumentException.class, () -> admin.importKey(robot.id(), text, KeySpec.plain()));
        }
        assertThrows(
                ConflictException.class,
                () -> admin.importKeyDigest(robot.id(), sha256(secret.reveal()), KeySpec.plain()));
    }

    /** A token's digest taken over as a key opens nothing: its form is a token's. */
    @Test
    @Rule("trap 11")
    void takesNoTokenForAKeyAlsoWhereItsDigestWasImported() {
        String token = token();
        admin.importKeyDigest(acme.mobile.id(), sha256(token), KeySpec.plain());
        assertEquals(
                MALFORMED_CREDENTIAL, acme.reason(Acme.request(GET, "/orders").apiKey(token)));
        assertNull(reason(token));
    }

    @Test
    void namesTheClientByTheIdOfItsProfileAndNoOther() {
        AccessProfile other = robot(profile -> profile.name("other"));
        IssuedKey theirs = admin.issueClientSecret(other.id());
        for (String id : List.of(
                other.id().value(),
                acme.acme.id().value(),
                "robot",
                "",
                secret.id().value())) {
            assertEquals(
                    UNKNOWN_CREDENTIAL,
                    refused(TokenRequest.of(id, Secret.of(secret.reveal()))).reason());
        }
        assertNull(reason(issued(TokenRequest.of(other.id().value(), Secret.of(theirs.reveal())))
                .reveal()));
    }

    @Test
    void asksForTheAddressThatTheProfileMayCallFrom() {
        edit(robot -> robot.allowFrom("106.226.100.3/20"));
        assertNotNull(issued(request()));
        assertEquals(ADDRESS_UNKNOWN, refused(request().from(null)).reason());
        TokenAnswer.Refused outside = refused(request().from(address(Acme.OUTSIDE)));
        assertEquals(ADDRESS_NOT_ALLOWED, outside.reason());
        assertEquals("unauthorized_client", outside.error());
    }

    @Test
    @Rule("C1")
    void hasAFormThatIsRefusedWithoutALookUp() {
        String token = token();
        assertTrue(token.matches("akt_[0-9A-Za-z]{44}"), "a form of its own");
        assertTrue(secret.reveal().matches("aks_[0-9A-Za-z]{44}"));
        assertEquals(UNKNOWN_CREDENTIAL, reason(foreign(AK.ofTokens())));
        try (Acme named = new Acme(builder -> builder.keyPrefix("abcdefghijklmnop"))) {
            AccessProfile robot = named.admin.create(AccessProfile.named("robot", named.acme.id())
                    .grant(named.orders.id())
                    .authentication(OAuth2.issuedHere())
                    .build());
            IssuedKey secret = named.admin.issueClientSecret(robot.id());
            TokenAnswer answer = named.access
                    .tokens()
                    .issue(TokenRequest.of(robot.id().value(), Secret.of(secret.reveal()))
                            .build());
            String text = assertInstanceOf(TokenAnswer.Issued.class, answer).reveal();
            assertTrue(text.startsWith("abcdefghijklmnopt_"));
            assertNull(named.reason(Acme.request(GET, "/orders").bearer(text)));
        }
    }

    @Test
    void countsWithItsSecretWhereLimitsCountByKey() {
        Policy policy = admin.create(Policy.named("by key")
                .limit(RateLimit.of(1).per(Duration.ofMinutes(1)).scope(LimitScope.KEY))
                .build());
        edit(robot -> robot.policy(policy.id()));
        IssuedKey second = admin.issueClientSecret(robot.id());
        assertNull(reason(token()));
        assertEquals(DenyReason.RATE_LIMITED, reason(token()));
        assertNull(reason(issued(request(second)).reveal()));
    }

    @Test
    void makesSecretsForProfilesOfOAuth2AloneAndTwentyAtMost() {
        assertTrue(assertThrows(IllegalStateException.class, () -> admin.issueClientSecret(acme.mobile.id()))
                .toString()
                .contains("takes no client secret"));
        for (int i = 1; i < ApiKey.MAX_LIVE; i++) {
            admin.issueClientSecret(robot.id(), KeySpec.plain().label("secret " + i));
        }
        assertTrue(assertThrows(IllegalStateException.class, () -> admin.issueClientSecret(robot.id()))
                .toString()
                .contains("20 live client secrets"));
        admin.issueKey(robot.id());
        assertEquals(21, admin.listKeys(robot.id()).size());
        admin.revokeKey(secret.id());
        admin.issueClientSecret(robot.id());
        admin.retire(robot.id());
        assertThrows(IllegalStateException.class, () -> admin.issueClientSecret(robot.id()));
    }

    @Test
    @Rule("D5")
    void refusesAllThatDoNotProveThemselvesInTheSameWords() {
        AccessProfile other = robot(profile -> profile.name("other"));
        admin.disableKey(admin.issueClientSecret(other.id()).id());
        Set<String> errors = new HashSet<>();
        for (String id :
                List.of(robot.id().value(), other.id().value(), acme.mobile.id().value(), "nobody", "")) {
            for (String text : List.of("", "x", foreign(AK.ofSecrets()), bent(secret.reveal()), "x".repeat(10_000))) {
                TokenAnswer.Refused refused = refused(TokenRequest.of(id, Secret.of(text)));
                assertEquals(UNKNOWN_CREDENTIAL, refused.reason());
                assertEquals(Optional.empty(), refused.retryAfter());
                errors.add(refused.error());
            }
        }
        assertEquals(Set.of("invalid_client"), errors);
    }

    @Test
    void looksAtNothingFromAnAddressAfterThirtyFailuresInAMinute() {
        TokenRequest.Builder wrong = TokenRequest.of(robot.id().value(), Secret.of(foreign(AK.ofSecrets())));
        for (int i = 0; i < 30; i++) {
            assertEquals(
                    UNKNOWN_CREDENTIAL,
                    refused(wrong.from(address(Acme.OUTSIDE))).reason());
            acme.time.pass(Duration.ofSeconds(1));
        }
        TokenAnswer.Refused refused = refused(request().from(address(Acme.OUTSIDE)));
        assertEquals(TOO_MANY_FAILURES, refused.reason());
        assertEquals("temporarily_unavailable", refused.error());
        assertEquals(Optional.of(Duration.ofSeconds(30)), refused.retryAfter());
        assertNotNull(issued(request()), "strangers lock no client out");
        assertNotNull(issued(request().from(null)));
        acme.time.pass(Duration.ofSeconds(30));
        assertNotNull(issued(request().from(address(Acme.OUTSIDE))));
        assertEquals(
                UNKNOWN_CREDENTIAL, refused(wrong.from(address(Acme.OUTSIDE))).reason());
    }

    @Test
    void countsFailuresOfANetworkOfIpv6AndOfNoAddressTogetherAndNoSuccess() {
        reopen(builder -> builder.tokenFailures(2));
        TokenRequest.Builder wrong = TokenRequest.of(robot.id().value(), Secret.of("x"));
        for (int i = 0; i < 5; i++) {
            assertNotNull(issued(request().from(address("2001:db8::1"))));
        }
        refused(wrong.from(address("2001:db8::1")));
        refused(wrong.from(address("2001:db8::2")));
        assertEquals(
                TOO_MANY_FAILURES, refused(wrong.from(address("2001:db8::3"))).reason());
        assertEquals(
                UNKNOWN_CREDENTIAL,
                refused(wrong.from(address("2001:db8:0:1::3"))).reason());
        refused(wrong.from(null));
        refused(wrong.from(null));
        assertEquals(TOO_MANY_FAILURES, refused(wrong.from(null)).reason());
        refused(request().from(address(Acme.OUTSIDE)).scope("none"));
        refused(request().from(address(Acme.OUTSIDE)).scope("none"));
        refused(request().from(address(Acme.OUTSIDE)).scope("none"));
        assertNotNull(issued(request().from(address(Acme.OUTSIDE))), "whoever is proven may be wrong");
        reopen(builder -> builder.tokenFailures(0));
        for (int i = 0; i < 100; i++) {
            assertEquals(UNKNOWN_CREDENTIAL, refused(wrong).reason());
        }
        Refusal.of(() -> AccessControl.builder().tokenFailures(-1).build(), "token failures `-1` a minute are below 0");
    }

    @Test
    void keepsTheNewestThousandOfASecret() {
        String first = token();
        acme.time.pass(Duration.ofMillis(1));
        List<String> later = new ArrayList<>();
        for (int i = 0; i < AccessToken.MAX_PER_SECRET; i++) {
            assertNull(i > 0 ? null : reason(first));
            later.add(token());
        }
        assertEquals(UNKNOWN_CREDENTIAL, reason(first), "it made room");
        later.forEach(token -> assertNull(reason(token)));
        IssuedKey second = admin.issueClientSecret(robot.id());
        assertNull(reason(issued(request(second)).reveal()));
        later.forEach(token -> assertNull(reason(token), "each secret has room of its own"));
        assertEquals(
                AccessToken.MAX_PER_SECRET + 1,
                store.read(view -> view.list(AccessToken.class)).size());
        admin.revokeKey(secret.id());
        acme.time.pass(ApiKey.REMEMBERED);
        admin.issueClientSecret(robot.id());
        assertEquals(1, store.read(view -> view.list(AccessToken.class)).size(), "gone with its secret");
    }

    @Test
    void dropsWhatHasExpiredAThousandAtATime() {
        List<IssuedKey> secrets = new ArrayList<>(List.of(secret));
        for (int i = 0; i < 3; i++) {
            secrets.add(admin.issueClientSecret(robot.id()));
        }
        secrets.forEach(one -> {
            for (int i = 0; i < 600; i++) {
                issued(request(one));
            }
        });
        String token = token();
        acme.time.pass(Duration.ofHours(1));
        token();
        assertEquals(2402, kept());
        assertEquals(EXPIRED_CREDENTIAL, reason(token));
        acme.time.pass(Duration.ofMinutes(5));
        token();
        assertEquals(1403, kept());
        token();
        assertEquals(404, kept(), "goes on while there may be more");
        refused(TokenRequest.of("x", Secret.of("x")));
        assertEquals(3, kept());
        assertEquals(UNKNOWN_CREDENTIAL, reason(token));
        acme.time.pass(Duration.ofMinutes(64).plusSeconds(30));
        refused(TokenRequest.of("x", Secret.of("x")));
        assertEquals(2, kept());
        acme.time.pass(Duration.ofSeconds(59));
        refused(TokenRequest.of("x", Secret.of("x")));
        assertEquals(2, kept(), "once a minute where there was nothing more");
        acme.time.pass(Duration.ofSeconds(1));
        refused(TokenRequest.of("x", Secret.of("x")));
        assertEquals(0, kept());
    }

    /** What one issuing writes and reads does not grow with the tokens of others. */
    @Test
    void issuesAsQuicklyBesideAHundredThousandOthers() {
        Instant now = acme.time.instant();
        store.write(transaction -> {
            for (int i = 0; i < 100; i++) {
                ApiKey other = ApiKey.of(new KeyId("other-" + i), robot.id(), digest(i, 0x7fff))
                        .use(KeyUse.TOKENS)
                        .build();
                transaction.put(other);
                for (int j = 0; j < 1000; j++) {
                    transaction.put(AccessToken.issue(other, digest(i, j), null, now));
                }
            }
            return now;
        });
        acme.access.admin().labelKey(secret.id(), "seen");
        store.questions.set(0);
        String token = token();
        assertTrue(store.questions.get() < 20, "`" + store.questions + "` questions of the store");
        assertNull(reason(token));
        assertEquals(100_001, kept());
    }

    @Test
    void neverLivesOnceWhatTakesItAwayHasReturned() throws Exception {
        reopen(builder -> builder.tokenFailures(0));
        Queue<String> tokens = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 20; round++) {
            IssuedKey own = admin.issueClientSecret(robot.id());
            Callable<Boolean> asker = () -> {
                while (true) {
                    TokenAnswer answer = acme.access.tokens().issue(request(own).build());
                    if (!(answer instanceof TokenAnswer.Issued issued)) {
                        return ((TokenAnswer.Refused) answer).reason() == REVOKED_CREDENTIAL;
                    }
                    tokens.add(issued.reveal());
                }
            };
            List<Future<Boolean>> askers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                askers.add(threads.submit(asker));
            }
            admin.revokeKey(own.id());
            for (Future<Boolean> ended : askers) {
                assertTrue(ended.get());
            }
            for (String token = tokens.poll(); token != null; token = tokens.poll()) {
                assertEquals(REVOKED_CREDENTIAL, reason(token));
            }
        }
        threads.shutdownNow();
    }

    @Test
    @Rule("M1")
    void isNoChangeThatIsAudited() {
        List<AuditEntry> before = admin.audit(1000);
        token();
        acme.time.pass(Duration.ofHours(2));
        token();
        assertEquals(before, admin.audit(1000));
        assertTrue(before.get(0).action().equals("issue client secret"));
        int tokens = kept();
        assertTrue(tokens > 0);
        admin.delete(robot.id(), true);
        assertEquals(0, kept());
        assertEquals(before.size() + 2, admin.audit(1000).size(), "profile and secret");
    }

    @Test
    @Rule({"C2", "C3", "trap 16"})
    void saysNoSecretAndNoTokenAnywhere() {
        TokenAnswer.Issued issued = issued(request().scope(""));
        String token = issued.reveal();
        List<String> words = new ArrayList<>(List.of(
                issued.toString(),
                request().build().toString(),
                refused(TokenRequest.of(secret.reveal(), Secret.of(token))).toString(),
                secret.toString(),
                admin.get(secret.id()).toString(),
                acme.access
                        .explain(Acme.request(GET, "/orders").bearer(token).build())
                        .toString(),
                acme.access
                        .explain(Acme.request(GET, "/orders")
                                .bearer(secret.reveal())
                                .build())
                        .toString()));
        store.read(view -> view.list(AccessToken.class)).forEach(one -> words.add(one.toString()));
        admin.audit(1000).forEach(entry -> words.add(entry.toString()));
        for (String said : words) {
            for (String hidden : List.of(token, secret.reveal())) {
                assertFalse(said.contains(hidden.substring(4, 20)), said);
                assertFalse(said.contains(hidden.substring(20)), said);
            }
        }
        assertTrue(words.stream().anyMatch(said -> said.contains("access token `")), words.toString());
    }

    @Test
    void explainsATokenThatWasIssuedHere() {
        String token = token();
        String words = acme.access
                .explain(Acme.request(GET, "/orders").bearer(token).build())
                .toString();
        assertTrue(words.contains("for client secret `" + secret.id() + "`"), words);
        assertTrue(words.contains("the digest of the text is the token's"), words);
        edit(robot -> robot.authentication(Authentication.authToken()));
        words = acme.access
                .explain(Acme.request(GET, "/orders").bearer(token).build())
                .toString();
        assertTrue(words.contains("a token that was issued here, not the auth token"), words);
    }

    @Test
    @Rule("D1")
    void isUnavailableWhileTheStoreIsAndAfterTheEnd() {
        String token = token();
        store.down = true;
        TokenAnswer.Refused refused = refused(request());
        assertEquals(UNAVAILABLE, refused.reason());
        assertEquals("temporarily_unavailable", refused.error());
        assertEquals(
                UNKNOWN_CREDENTIAL,
                refused(TokenRequest.of("x", Secret.of("x"))).reason());
        assertNull(reason(token), "decisions go on");
        store.down = false;
        acme.close();
        assertEquals(UNAVAILABLE, refused(request()).reason());
    }

    @Test
    void isUnavailableWhereWhatItGoesByNeverStandsStill() {
        store.always = () ->
                edit(robot -> robot.description("x" + admin.get(this.robot.id()).revision()));
        assertEquals(UNAVAILABLE, refused(request()).reason());
        assertEquals(0, kept());
        store.always = null;
        assertNull(reason(token()));
    }

    @Test
    @Rule("C2")
    void isKeptUnderAPepper() {
        byte[] pepper = "a pepper of at least 32 bytes, yes".getBytes(StandardCharsets.UTF_8);
        reopen(builder -> builder.pepper("p1", pepper));
        String old = secret.reveal();
        String token = token();
        assertEquals(
                List.of(Optional.of("p1")),
                store.read(view -> view.list(AccessToken.class)).stream()
                        .map(kept -> kept.digest().pepperId())
                        .toList());
        assertNull(reason(token));
        assertNotEquals(old, admin.refreshKey(secret.id()).reveal());
        assertEquals(REVOKED_CREDENTIAL, reason(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", ""})
    void isRefusedByTheStoreWhereItIsNoToken(String scope) {
        Instant now = acme.time.instant();
        Refusal.of(
                () -> AccessToken.of(new TokenId("t"), secret.id(), digest(1, 1), Set.of(scope), now, now),
                "access token `t`",
                "scope `" + scope + "`",
                "not after");
    }

    private static Arguments dies(String what, DenyReason reason, String error, Consumer<IssuedTokensTest> change) {
        return Arguments.of(what, reason, error, change);
    }

    private void reopen(UnaryOperator<AccessControl.Builder> settings) {
        acme.close();
        store = new InterruptedStore();
        acme = new Acme(builder -> settings.apply(builder.store(store).tokensPerMinute(0)));
        admin = acme.admin;
        robot = robot(UnaryOperator.identity());
        secret = admin.issueClientSecret(robot.id());
    }

    private AccessProfile robot(UnaryOperator<AccessProfile.Builder> settings) {
        return admin.create(settings.apply(AccessProfile.named("robot", acme.acme.id())
                        .grant(acme.orders.id())
                        .authentication(OAuth2.issuedHere()))
                .build());
    }

    private AccessProfile edit(UnaryOperator<AccessProfile.Builder> change) {
        return admin.update(change.apply(admin.get(robot.id()).toBuilder()).build());
    }

    private TokenRequest.Builder request() {
        return request(secret);
    }

    private TokenRequest.Builder request(IssuedKey by) {
        return TokenRequest.of(robot.id().value(), Secret.of(by.reveal())).from(address(Acme.INSIDE));
    }

    private TokenAnswer.Issued issued(TokenRequest.Builder request) {
        return assertInstanceOf(TokenAnswer.Issued.class, acme.access.tokens().issue(request.build()));
    }

    private TokenAnswer.Refused refused(TokenRequest.Builder request) {
        return assertInstanceOf(TokenAnswer.Refused.class, acme.access.tokens().issue(request.build()));
    }

    private String token() {
        return issued(request()).reveal();
    }

    private int kept() {
        return store.read(view -> view.list(AccessToken.class)).size();
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(Acme.request(GET, "/orders").bearer(token));
    }

    private static String foreign(KeyFormat format) {
        return format.generate(new SecureRandom()).reveal();
    }

    private static KeyDigest digest(int one, int other) {
        return KeyDigest.of(ByteBuffer.allocate(32).putInt(one).putInt(other).array(), null);
    }

    private static byte[] sha256(String text) {
        return new KeyHasher(List.of()).sha256(text);
    }

    private static CallerAddress address(String text) {
        return CallerAddress.parse(text).orElseThrow();
    }

    private static String bent(String text) {
        return text.substring(0, 20) + (text.charAt(20) == 'x' ? 'y' : 'x') + text.substring(21);
    }
}
