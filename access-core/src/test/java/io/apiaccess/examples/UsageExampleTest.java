package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/usage.md tells the truth. */
class UsageExampleTest {
    private static final Path PAGE = Path.of("../docs/usage.md");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final UsageExample example = new UsageExample();

    @Test
    void itsCodeIsCompiled() throws IOException {
        String compiled = plain(Files.readString(Path.of("src/test/java/io/apiaccess/examples/UsageExample.java")));
        List<String> blocks = CODE.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertEquals(3, blocks.size());
        for (String block : blocks) {
            assertTrue(compiled.contains(plain(block)), block);
        }
    }

    @Test
    void itsReportsAreWhatTheCodePrints() throws IOException {
        String page = Files.readString(PAGE);
        for (String printed : example.reports()) {
            String shown = "```text\n" + printed.replace("\r\n", "\n") + "```";
            assertTrue(page.contains(shown), printed);
        }
    }

    @Test
    void itsLogLineIsWhatIsWritten() throws IOException {
        String line = example.firstLine()
                .replaceAll("\"micros\":[0-9]+", "\"micros\":41")
                .replaceAll("\"key\":\"[^\"]+\"", "\"key\":\"nH0lK3vQz1x\"");
        assertTrue(Files.readString(PAGE).contains("```text\n" + line + "\n```"), line);
    }

    @Test
    void itsReplayIsWhatComesOut() throws IOException {
        String replay = example.replay();
        assertTrue(Files.readString(PAGE).contains("```text\n" + replay + "```"), replay);
    }

    @Test
    void itsDeciderRefusesAndKeepsWhoseCallItWas() {
        try (Acme acme = new Acme()) {
            Decision decision = UsageExample.guarded(acme.access, request -> true)
                    .decide(Acme.request(GET, "/orders/1")
                            .apiKey(acme.key.reveal())
                            .build());
            assertEquals(DenyReason.REFUSED_BY_APPLICATION, Acme.reason(decision));
            assertEquals(acme.mobile.id(), decision.caller().orElseThrow().profile());
        }
    }

    @Test
    void itsMetersReadTheHealth() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        UsageExample.bind(example.access(), registry);
        assertEquals(
                (double) example.health().allowed(),
                registry.get("access.calls")
                        .tag("outcome", "allowed")
                        .functionCounter()
                        .count());
        assertEquals(
                (double) example.health().denied(),
                registry.get("access.calls")
                        .tag("outcome", "denied")
                        .functionCounter()
                        .count());
        assertEquals(0, registry.get("access.usage.dropped").functionCounter().count());
        assertEquals(0, registry.get("access.events.waiting").gauge().value());
        assertEquals(0, registry.get("access.snapshot.age").gauge().value());
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
