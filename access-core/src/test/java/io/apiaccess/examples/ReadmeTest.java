package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** README.md tells the truth. */
class ReadmeTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    /** Compiled by the modules that adapt the core. */
    private static final Pattern ADAPTED = Pattern.compile("Servlet|AccessFilter|Jdbc");

    @Test
    void itsCodeIsCompiled() throws IOException {
        String compiled = plain(Files.readString(Path.of("src/test/java/io/apiaccess/examples/ReadmeExample.java")));
        List<String> blocks = CODE.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replaceAll("```(java)?", ""))
                .filter(block -> !ADAPTED.matcher(block).find())
                .toList();
        assertEquals(3, blocks.size());
        for (String block : blocks) {
            assertTrue(compiled.contains(plain(block)), block);
        }
        assertEquals(
                12,
                blocks.get(0).strip().lines().filter(line -> !line.isBlank()).count());
    }

    @Test
    void itsTwelveLinesPrintWhatTheySay() {
        assertEquals(DenyReason.ADDRESS_NOT_ALLOWED, Acme.reason(ReadmeExample.twelveLines()));
    }

    @Test
    void itsWrapperRefusesWhileMaintenanceRuns() {
        try (AccessControl access = AccessControl.inMemory()) {
            AccessRequest request = AccessRequest.of(null, "/").build();
            assertEquals(
                    DenyReason.REFUSED_BY_APPLICATION,
                    Acme.reason(ReadmeExample.wrapper(access, () -> true).decide(request)));
            assertEquals(
                    DenyReason.MISSING_CREDENTIAL,
                    Acme.reason(ReadmeExample.wrapper(access, () -> false).decide(request)));
        }
    }

    @Test
    void itsTokenProfileIsOne() {
        try (Acme acme = new Acme()) {
            assertTrue(ReadmeExample.token(acme.admin, acme.acme.id(), acme.orders.id())
                    .toString()
                    .contains("known as [`acme-robot` of `https://issuer.example`]"));
        }
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
