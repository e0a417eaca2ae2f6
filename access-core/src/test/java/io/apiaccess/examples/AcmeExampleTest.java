package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the program of README.md prints. */
class AcmeExampleTest {
    @Test
    void printsTheDecisionOfEachQuestion() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        AcmeExample.run(new PrintStream(printed, true, StandardCharsets.UTF_8));
        List<String> decided = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("  decided: "))
                .map(line -> line.replaceAll("^  decided: ([^:]+):.*", "$1"))
                .toList();
        assertEquals(
                List.of(
                        "Allowed",
                        "Denied ADDRESS_NOT_ALLOWED",
                        "Denied METHOD_NOT_ALLOWED",
                        "Allowed",
                        "Denied RATE_LIMITED"),
                decided);
    }
}
