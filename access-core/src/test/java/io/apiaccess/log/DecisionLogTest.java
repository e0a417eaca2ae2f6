package io.apiaccess.log;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.DecisionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down of decisions. */
@Rule("D9")
class DecisionLogTest {
    private final List<String> lines = new ArrayList<>();
    private final Acme acme = new Acme(builder -> builder.decisions(DecisionLog.to(lines::add)));

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void saysOfAnAllowedCallWhoAndWhatAndFromWhere() {
        acme.decide(GET, "/orders/42");
        String line = lines.get(0).replaceAll("\"micros\":[0-9]+", "\"micros\":7");
        assertEquals(
                "{\"at\":\"2026-03-02T10:00:00Z\",\"decision\":\"allowed\",\"client\":\"" + acme.acme.id()
                        + "\",\"profile\":\"" + acme.mobile.id() + "\",\"key\":\""
                        + acme.key.key().id() + "\",\"collection\":\"" + acme.orders.id()
                        + "\",\"route\":\"GET /orders/{id}\",\"method\":\"GET\",\"path\":\"/orders/42\","
                        + "\"address\":\"106.226.99.7\",\"revision\":"
                        + acme.decide(GET, "/orders/42").snapshotRevision() + ",\"micros\":7}",
                line);
    }

    @Test
    void readsBackWhatItHasWritten() {
        Decision decision = acme.decide(Acme.request(GET, "/orders/%E2%82%AC%F0%9F%98%80%22%E2%80%AE")
                .apiKey(acme.key.reveal())
                .cost(3));
        DecisionRecord written = DecisionRecord.of(decision, Duration.ofNanos(42_000), true, 0.25);
        assertEquals(written, DecisionRecord.parse(written.toJson()));
        assertEquals(Optional.of("/orders/\u20ac\ud83d\ude00\"\u202e"), written.path());
        assertFalse(written.toJson().contains("\u202e"));
    }

    @Test
    @Rule("trap 16")
    void holdsNoCredential() {
        acme.decide(GET, "/orders/42");
        String wrong = "ak_" + "0".repeat(44);
        acme.decide(Acme.request(GET, "/orders/42").apiKey(wrong));
        acme.decide(Acme.request(GET, "/orders/42").bearer("a.secret.token"));
        acme.decide(Acme.request(GET, "/orders/42").apiKey("one-secret").bearer("another-secret"));
        assertEquals(4, lines.size());
        for (String line : lines) {
            assertFalse(line.contains(acme.key.reveal()) || line.contains(wrong) || line.contains("secret"), line);
        }
    }

    @Test
    void cutsThePathAndSaysSo() {
        acme.decide(GET, "/orders/" + "x".repeat(300));
        acme.decide(GET, "/" + "x".repeat(254) + "%F0%9F%98%80");
        DecisionRecord first = DecisionRecord.parse(lines.get(0));
        assertEquals(256, first.path().orElseThrow().length());
        assertTrue(first.isPathCut());
        assertEquals(
                255, DecisionRecord.parse(lines.get(1)).path().orElseThrow().length());
    }

    @Test
    void leavesPathsOutIfToldTo() {
        List<String> bare = new ArrayList<>();
        try (Acme two =
                new Acme(builder -> builder.decisions(DecisionLog.to(bare::add).withoutPaths()))) {
            two.decide(GET, "/orders/hush");
        }
        assertFalse(bare.get(0).contains("hush"));
        assertTrue(bare.get(0).contains("GET /orders/{id}"));
    }

    @Test
    void writesAllDenialsAndAPartOfWhatIsAllowed() {
        List<String> some = new ArrayList<>();
        try (Acme two =
                new Acme(builder -> builder.decisions(DecisionLog.to(some::add).sampling(0.1)))) {
            for (int i = 0; i < 2_000; i++) {
                two.decide(GET, "/orders/1");
                two.decide(GET, "/nowhere");
            }
        }
        long denied =
                some.stream().filter(line -> line.contains("no-such-route")).count();
        assertEquals(2_000, denied);
        // of 2,000 by 0.1 each: 200, and less than 50 or more than 500 about once in 10^30 runs
        assertTrue(some.size() - denied > 50 && some.size() - denied < 500, "" + some.size());
        assertEquals(0.1, DecisionRecord.parse(some.get(0)).sampling());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.01, Double.NaN})
    void refusesASamplingThatIsNoPart(double part) {
        DecisionLog log = DecisionLog.toLogger();
        assertThrows(IllegalArgumentException.class, () -> log.sampling(part));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "nonsense",
                "{\"decision\":\"allowed\"}",
                "{\"at\":\"2026-03-02T10:00:00Z\",\"decision\":\"denied\"}",
                "{\"at\":\"2026-03-02T10:00:00Z\",\"decision\":\"denied\",\"reason\":\"mood\"}",
                "{\"at\":\"2026-03-02T10:00:00Z\",\"decision\":\"allowed\",\"revision\":1e99}",
                "{\"at\":\"2026-03-02T10:00:00Z\",\"decision\":\"allowed\",\"profile\":\"a b\"}"
            })
    void refusesToReadWhatIsNoLine(String line) {
        assertThrows(IllegalArgumentException.class, () -> DecisionRecord.parse(line));
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        DecisionListener broken = (decision, took) -> {
            throw new AssertionError("broken");
        };
        List<String> heard = new ArrayList<>();
        try (Acme two = new Acme(builder -> builder.decisions(broken).decisions(DecisionLog.to(heard::add)))) {
            assertTrue(two.decide(GET, "/orders/1").isAllowed());
            assertTrue(two.decide(GET, "/orders/1").isAllowed());
            assertEquals(2, two.access.health().listenersFailed());
        }
        assertEquals(2, heard.size());
    }

    @Test
    void replaysToTheSameUnderTheSameConfiguration() {
        calls();
        ReplayReport report = acme.access.replay(lines.stream());
        assertEquals(List.of(), report.changes());
        assertEquals(new ReplayReport(7, List.of(), 2, 0), report);
    }

    @Test
    void listsWhatWouldChangeWithBothReasons() {
        calls();
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .addresses(AddressRules.unrestricted())
                .withoutGrant(acme.orders.id())
                .build());
        ReplayReport report = acme.access.replay(lines.stream());
        assertEquals(
                List.of(
                        "allowed > not-granted",
                        "address-not-allowed > not-granted",
                        "method-not-allowed > not-granted"),
                report.changes().stream().map(DecisionLogTest::words).toList());
        assertTrue(report.toString().contains("by profile " + acme.mobile.id() + ": allowed, now not-granted"));
    }

    private static String words(ReplayReport.Change change) {
        return change.recorded().reason().map(DenyReason::code).orElse("allowed") + " > "
                + change.now().map(DenyReason::code).orElse("allowed");
    }

    /** Seven calls that can be judged again, and two that cannot. */
    private void calls() {
        IssuedKey revoked = acme.admin.issueKey(acme.mobile.id());
        acme.admin.revokeKey(revoked.key().id());
        acme.decide(GET, "/orders/4%202");
        acme.decide(Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).from(Acme.OUTSIDE));
        acme.decide(HttpMethod.DELETE, "/orders");
        acme.decide(GET, "/nowhere");
        acme.decide(Acme.request(GET, "/orders/1"));
        acme.decide(Acme.request(GET, "/orders/1").apiKey(revoked.reveal()));
        acme.decide(Acme.request(GET, "/orders/1").apiKey("nonsense"));
        acme.decide(AccessRequest.of(GET, "//").apiKey(acme.key.reveal()));
        acme.decide(GET, "/nowhere/%25");
    }

    @Test
    void judgesTimesAsTheyWereThen() {
        IssuedKey key = acme.admin.issueKey(acme.mobile.id(), KeySpec.plain().lifetime(Duration.ofDays(1)));
        acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
        acme.time.pass(Duration.ofDays(2));
        acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
        assertEquals(new ReplayReport(2, List.of(), 0, 0), acme.access.replay(lines.stream()));
    }

    @Test
    void judgesLimitsAsTheCallsCame() {
        Policy gold = acme.hold(Policy.named("gold").limit(RateLimit.of(2).per(Duration.ofSeconds(10))));
        for (int second = 0; second < 12; second++) {
            acme.decide(GET, "/orders/1");
            acme.time.pass(Duration.ofSeconds(1));
        }
        assertEquals(new ReplayReport(12, List.of(), 0, 0), acme.access.replay(lines.stream()));
        acme.admin.update(acme.admin.get(gold.id()).toBuilder()
                .clearLimits()
                .limit(RateLimit.of(3).per(Duration.ofSeconds(10)))
                .build());
        assertEquals(
                List.of("rate-limited > allowed"),
                acme.access.replay(lines.stream()).changes().stream()
                        .map(DecisionLogTest::words)
                        .toList());
        assertEquals(2, acme.access.usage().limits(acme.mobile.id()).get(0).used());
    }

    @Test
    void saysWhoWouldBeUnknown() {
        AccessProfile gone = acme.admin.create(AccessProfile.named("gone", acme.acme.id())
                .id(new ProfileId("gone"))
                .grant(acme.orders.id())
                .build());
        IssuedKey key = acme.admin.issueKey(gone.id());
        acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
        acme.admin.delete(gone.id(), true);
        ReplayReport report = acme.access.replay(lines.stream());
        assertEquals(
                Optional.of(DenyReason.UNKNOWN_CREDENTIAL),
                report.changes().get(0).now());
    }

    @Test
    void goesOnBehindLinesThatNoDecisionWrote() {
        acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
        acme.decide(GET, "/orders/1");
        String sound = lines.get(0);
        assertEquals(
                new ReplayReport(2, List.of(), 0, 3),
                acme.access.replay(Stream.of(
                        sound.replace("\"revision\"", "\"cost\":-1,\"revision\""),
                        sound.replace("\"revision\"", "\"cost\":1.5,\"revision\""),
                        sound.replace("\"revision\"", "\"cost\":9223372036854775808,\"revision\""),
                        sound.replaceFirst("\"at\":\"[^\"]*\"", "\"at\":\"+1000000000-12-31T23:59:59Z\""),
                        sound)));
    }

    @Test
    void countsLinesThatAreNone() {
        assertEquals(
                new ReplayReport(0, List.of(), 0, 2),
                acme.access.replay(Stream.of("", "2026-03-02 INFO started", "{}")));
    }
}
