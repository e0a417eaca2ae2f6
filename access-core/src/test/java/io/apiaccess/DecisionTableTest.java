package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decisions of decisions.csv, each in a world of its own. */
@Rule({"D2", "D4", "D11", "X1", "R4", "R5", "N2", "trap 8", "trap 10", "trap 11"})
class DecisionTableTest {
    /** Given by wrappers of the application, where tokens are issued, and by what a store or its conditions lack. */
    private static final Set<DenyReason> ELSEWHERE = EnumSet.of(
            DenyReason.REFUSED_BY_APPLICATION,
            DenyReason.TOO_MANY_FAILURES,
            DenyReason.TOKEN_INACTIVE,
            DenyReason.PROFILE_UNREADABLE);

    /** One row. */
    record Row(String given, String method, String path, String from, String credential, String decision) {}

    static Stream<Row> rows() {
        try (var in = DecisionTableTest.class.getResourceAsStream("decisions.csv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("given"))
                    .map(line -> line.split("\\|"))
                    .map(cells -> new Row(
                            cells[0].strip(),
                            cells[1].strip(),
                            cells[2].strip(),
                            cells[3].strip(),
                            cells[4].strip(),
                            cells[5].strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decidesAsTheTableSays(Row row) {
        World world = new World();
        world.given(row.given);
        AccessRequest request = world.request(row);
        Decision decision = world.access.decider().decide(request);
        DenyReason reason = Acme.reason(decision);
        assertEquals(
                row.decision,
                reason == null ? "ALLOWED" : reason.name(),
                () -> row + "\n" + world.access.explain(request));
    }

    @Test
    void theTableReachesEveryReason() {
        Set<DenyReason> missing = EnumSet.allOf(DenyReason.class);
        rows().filter(row -> !row.decision.equals("ALLOWED"))
                .forEach(row -> missing.remove(DenyReason.valueOf(row.decision)));
        assertEquals(ELSEWHERE, missing);
    }

    /** What the head of the table describes. */
    private static final class World {
        private final ManualTime time = new ManualTime();
        private final AccessControl access = AccessControl.builder()
                .clock(time)
                .monotonicClock(time)
                .condition("friend", asked -> "ACME".equals(asked.parameters().get("of")))
                .condition("broken", asked -> {
                    throw new IllegalStateException("broken");
                })
                .build();
        private final AccessAdmin admin = access.admin();
        private final ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .route(Route.at("/orders/{id}", DELETE).scopes("orders.delete"))
                .route(Route.at("/orders/{id}/notes", GET).active(false))
                .build());
        private final ApiCollection files =
                admin.create(ApiCollection.named("Files").basePath("/files").build());
        private final ApiCollection status = admin.create(ApiCollection.named("Status")
                .visibility(Visibility.PUBLIC)
                .route("/status", GET)
                .build());
        private final Client acme = admin.create(Client.named("ACME Company").build());
        private final AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(Grant.of(orders.id()).scopes("orders.read"))
                .grant(Grant.of(files.id()).except(DELETE, "/{name}"))
                .allowFrom("106.226.100.3/20")
                .build());
        private final AccessProfile robot = admin.create(AccessProfile.named("ACME robot", acme.id())
                .grant(orders.id())
                .authentication(Jwt.hmac()
                        .secret(SignedToken.SECRET)
                        .externalSubject("https://issuer.example", "robot-7")
                        .build())
                .build());
        private final AccessProfile worker = admin.create(AccessProfile.named("ACME worker", acme.id())
                .grant(orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        private final IssuedKey secret = admin.issueClientSecret(worker.id());
        private final String issued = issue();
        private IssuedKey key = admin.issueKey(mobile.id());

        World() {
            admin.create(
                    ApiCollection.named("Invoices").route("/invoices/{id}", GET).build());
        }

        AccessRequest request(Row row) {
            AccessRequest.Builder request = AccessRequest.of(HttpMethod.of(row.method), row.path)
                    .from(
                            switch (row.from) {
                                case "inside" -> Acme.INSIDE;
                                case "outside" -> Acme.OUTSIDE;
                                case "nowhere" -> null;
                                default -> row.from;
                            });
            String text = key.reveal();
            switch (row.credential) {
                case "key" -> request.apiKey(text);
                case "bearer" -> request.bearer(text);
                case "twice" -> request.apiKey(text).apiKey(text);
                case "none" -> request.apiKey(null).bearer(null);
                case "blank" -> request.apiKey("  ");
                case "typo" ->
                    request.apiKey(text.substring(0, 20) + (text.charAt(20) == 'x' ? 'y' : 'x') + text.substring(21));
                case "of another" -> {
                    try (Acme other = new Acme()) {
                        request.apiKey(other.key.reveal());
                    }
                }
                case "foreign" -> request.apiKey("a-text-that-nobody-imported");
                case "client id" -> request.apiKey(acme.id().value());
                case "robot's key" -> request.apiKey(admin.issueKey(robot.id()).reveal());
                case "worker's key" ->
                    request.apiKey(admin.issueKey(worker.id()).reveal());
                case "client secret" -> request.apiKey(secret.reveal());
                case "secret as bearer" -> request.bearer(secret.reveal());
                case "issued" -> request.bearer(issued);
                case "issued as key" -> request.apiKey(issued);
                case "issued, typo" -> request.bearer(issued.substring(0, 30) + "_" + issued.substring(31));
                case "issued elsewhere" ->
                    request.bearer(new KeyFormat("ak")
                            .ofTokens()
                            .generate(new SecureRandom())
                            .reveal());
                default -> request.bearer(token(row.credential));
            }
            return request.build();
        }

        private String issue() {
            TokenRequest request = TokenRequest.of(worker.id().value(), Secret.of(secret.reveal()))
                    .build();
            return ((TokenAnswer.Issued) access.tokens().issue(request)).reveal();
        }

        private String token(String how) {
            SignedToken token = SignedToken.hs256(time.instant())
                    .claim("iss", "https://issuer.example")
                    .claim("sub", "robot-7");
            return switch (how) {
                case "token" -> token.sign();
                case "token by id" -> token.claim("sub", robot.id().value()).sign();
                case "token by kid" ->
                    token.claim("sub", "").header("kid", robot.id().value()).sign();
                case "token of mobile" ->
                    token.claim("sub", mobile.id().value()).sign();
                case "token of nobody" -> token.claim("sub", "robot-8").sign();
                case "token nameless" -> token.claim("sub", null).sign();
                case "token other issuer" ->
                    token.claim("iss", "https://issuer.example/").sign();
                case "token with number" -> token.claim("sub", 7).sign();
                case "token unsigned" -> token.header("alg", "none").sign();
                case "token forged" -> token.sign(SignedToken.SECRET + "x");
                case "token bent" -> token.sign().replace("eyJ", "eyK");
                case "token for others" -> token.claim("aud", "others").sign();
                case "token endless" -> token.claim("exp", null).sign();
                case "token past" ->
                    token.claim("exp", time.instant().getEpochSecond() - 30).sign();
                case "token to come" ->
                    token.claim("nbf", time.instant().getEpochSecond() + 31).sign();
                case "token to read" -> token.claim("scope", "orders.read").sign();
                case "token to delete" ->
                    token.claim("scp", List.of("orders.delete", "x")).sign();
                case "two dots" -> "..";
                default -> throw new AssertionError(how);
            };
        }

        void given(String given) {
            switch (given) {
                case "-",
                        "a granted call",
                        "the form",
                        "the credential",
                        "a token",
                        "an issued token",
                        "a public route",
                        "the address",
                        "the route" -> {}
                case "public collection inactive" -> admin.deactivate(status.id());
                case "the key revoked" -> admin.revokeKey(key.id());
                case "the key revoked 90 days ago" -> {
                    admin.revokeKey(key.id());
                    time.pass(Duration.ofDays(90));
                }
                case "the key disabled" -> admin.disableKey(key.id());
                case "the key expired" -> {
                    key = admin.issueKey(mobile.id(), KeySpec.plain().lifetime(Duration.ofHours(1)));
                    time.pass(Duration.ofHours(1));
                }
                case "the key for tomorrow" ->
                    key = admin.issueKey(
                            mobile.id(),
                            KeySpec.plain().notBefore(time.instant().plusNanos(1)));
                case "never registered" -> {
                    Client manual = admin.create(Client.named("ACME Labs")
                            .registration(Registration.MANUAL)
                            .build());
                    AccessProfile draft = admin.create(AccessProfile.named("draft", manual.id())
                            .grant(orders.id())
                            .build());
                    key = admin.issueKey(draft.id());
                }
                case "profile inactive" -> admin.deactivate(mobile.id());
                case "profile retired" -> admin.retire(mobile.id());
                case "worker inactive" -> admin.deactivate(worker.id());
                case "worker by keys" ->
                    admin.update(worker.toBuilder()
                            .authentication(Authentication.authToken())
                            .build());
                case "secret revoked" -> admin.revokeKey(secret.id());
                case "secret refreshed" -> admin.refreshKey(secret.id());
                case "secret disabled" -> admin.disableKey(secret.id());
                case "an hour later" -> time.pass(Duration.ofHours(1));
                case "robot inactive" -> admin.deactivate(robot.id());
                case "client inactive" -> admin.deactivate(acme.id());
                case "client retired" -> admin.retire(acme.id());
                case "client and profile inactive" -> {
                    admin.deactivate(acme.id());
                    admin.deactivate(mobile.id());
                }
                case "a certificate asked for" ->
                    edit(profile -> profile.certificate(
                            CertificateCondition.builder().subject("CN=mobile").build()));
                case "inside blocked" -> edit(profile -> profile.blockFrom("106.226.99.0/24"));
                case "allowed from nowhere" -> edit(profile -> profile.addresses(AddressRules.none()));
                case "the collection blocks inside" -> {
                    Policy policy = admin.create(
                            Policy.named("blocks").blockFrom(Acme.INSIDE).build());
                    for (ApiCollection collection : admin.listCollections()) {
                        admin.update(collection.toBuilder().policy(policy.id()).build());
                    }
                }
                case "the grant broken" -> edit(profile -> profile.withoutGrant(orders.id()));
                case "orders inactive" -> admin.deactivate(orders.id());
                case "orders retired" -> admin.retire(orders.id());
                case "outside the hours" ->
                    hold(Policy.named("hours").during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(10, 0))));
                case "a condition not met" -> hold(Policy.named("friends").condition("friend", Map.of("of", "others")));
                case "a condition met" -> hold(Policy.named("friends").condition("friend", Map.of("of", "ACME")));
                case "a condition that throws" -> hold(Policy.named("friends").condition("broken", Map.of()));
                case "closed hours and a condition" ->
                    hold(Policy.named("both")
                            .during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(10, 0)))
                            .condition("friend", Map.of()));
                case "a condition unmet, no rate" ->
                    hold(Policy.named("both").limit(rate().max(0)).condition("friend", Map.of()));
                case "no rate left" -> hold(Policy.named("rate").limit(rate()));
                case "no quota left" ->
                    hold(Policy.named("quota").limit(Quota.of(1).perHour()));
                case "neither rate nor quota left" ->
                    hold(Policy.named("both").limit(rate()).limit(Quota.of(1).perHour()));
                case "closed" -> access.close();
                default -> throw new AssertionError(given);
            }
        }

        private static RateLimit rate() {
            return RateLimit.of(1).per(Duration.ofMinutes(1));
        }

        private void edit(UnaryOperator<AccessProfile.Builder> change) {
            admin.update(change.apply(admin.get(mobile.id()).toBuilder()).build());
        }

        /** Holds the profile to a policy, and takes one unit if it lets a call pass. */
        private void hold(Policy.Builder policy) {
            Policy created = admin.create(policy.build());
            edit(profile -> profile.policy(created.id()));
            access.decider()
                    .decide(AccessRequest.of(GET, "/orders/1")
                            .from(Acme.INSIDE)
                            .apiKey(key.reveal())
                            .build());
        }
    }
}
