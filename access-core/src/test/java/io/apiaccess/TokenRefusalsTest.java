package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.OAuth2;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.log.DecisionLog;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asks for access tokens and gets none is seen as those are who call and may not. */
@Rule({"C9", "S6"})
class TokenRefusalsTest {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Acme acme = new Acme(builder -> builder.tokenFailures(2).decisions(DecisionLog.to(lines::add)));
    private final AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
            .grant(acme.orders.id())
            .authentication(OAuth2.issuedHere())
            .build());
    private final IssuedKey secret = acme.admin.issueClientSecret(robot.id());

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void areCountedWithTheirProfileOnceProvenAndWithoutBefore() {
        ask("x", "203.0.113.1");
        ask("x", "203.0.113.1");
        ask(secret.reveal(), "203.0.113.1");
        acme.admin.deactivate(robot.id());
        ask(secret.reveal(), "203.0.113.2");
        acme.admin.activate(robot.id());
        assertInstanceOf(TokenAnswer.Issued.class, answer(secret.reveal(), "203.0.113.2"));
        UsageReport report = acme.access
                .usage()
                .calls(UsagePeriod.of(
                        acme.time.instant().minusSeconds(60),
                        acme.time.instant().plusSeconds(60)))
                .by(UsageDimension.PROFILE, UsageDimension.REASON)
                .report();
        assertEquals(
                Map.of(
                        "unproven unknown-credential", 2L,
                        "unproven too-many-failures", 1L,
                        "profile profile-inactive", 1L),
                report.rows().stream()
                        .collect(Collectors.toMap(
                                row -> row.key().caller().orElseThrow().code() + " "
                                        + row.key().reason().orElseThrow().code(),
                                row -> row.calls())));
    }

    @Test
    void areInTheLogOfDecisionsWithoutMethodAndPathAndSecret() {
        ask("nobody's secret", "203.0.113.1");
        acme.admin.revokeKey(secret.id());
        ask(secret.reveal(), "203.0.113.2");
        assertEquals(2, lines.size());
        for (String line : lines) {
            assertFalse(line.contains("\"path\"") || line.contains("\"method\"") || line.contains("secret"), line);
            assertFalse(line.contains(secret.reveal()), line);
        }
        assertEquals(
                List.of("unknown-credential", "revoked-credential"),
                lines.stream()
                        .map(line -> line.replaceAll(".*\"reason\":\"([^\"]*)\".*", "$1"))
                        .toList());
    }

    @Test
    @Rule("D3")
    void areToldAndCountedAsDroppedAfterTheEnd() {
        acme.close();
        ask(secret.reveal(), "203.0.113.1");
        assertEquals(1, acme.access.health().usageDropped());
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains("\"reason\":\"unavailable\""), lines.get(0));
        assertTrue(lines.get(0).contains("\"address\":\"203.0.113.1\""), lines.get(0));
    }

    @Test
    void areNotJudgedAgainByAReplay() {
        ask("x", "203.0.113.1");
        acme.admin.deactivate(robot.id());
        ask(secret.reveal(), "203.0.113.2");
        acme.decide(GET, "/orders/1");
        var report = acme.access.replay(lines.stream());
        assertEquals(2, report.skipped());
        assertEquals(1, report.same());
    }

    @Test
    @Rule("C9")
    void areOfASecretThatAsksForATokenWithEachCallAndOfNoOther() {
        IssuedKey other = acme.admin.issueClientSecret(robot.id());
        for (int i = 0; i < 100; i++) {
            assertInstanceOf(TokenAnswer.Issued.class, answer(secret.reveal(), "203.0.113.1"));
        }
        TokenAnswer.Refused refused =
                assertInstanceOf(TokenAnswer.Refused.class, answer(secret.reveal(), "203.0.113.1"));
        assertEquals("temporarily_unavailable", refused.error());
        assertEquals(DenyReason.RATE_LIMITED, refused.reason());
        assertEquals(Optional.of(Duration.ofMinutes(1)), refused.retryAfter());
        assertInstanceOf(TokenAnswer.Issued.class, answer(other.reveal(), "203.0.113.1"));
        acme.time.pass(Duration.ofMinutes(1));
        assertInstanceOf(TokenAnswer.Issued.class, answer(secret.reveal(), "203.0.113.1"));
        Refusal.of(() -> AccessControl.builder().tokensPerMinute(-1).build(), "tokens per minute `-1` are below 0");
    }

    private void ask(String text, String from) {
        assertInstanceOf(TokenAnswer.Refused.class, answer(text, from));
    }

    private TokenAnswer answer(String text, String from) {
        return acme.access
                .tokens()
                .issue(TokenRequest.of(robot.id().value(), Secret.of(text))
                        .from(CallerAddress.parse(from).orElseThrow())
                        .build());
    }
}
