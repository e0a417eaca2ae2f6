package io.apiaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The contract program, compiled and run unchanged. */
class QuickstartTest {
    private static final Path COPY = Path.of("src/test/java/Quickstart.java");
    private static final Path CONTRACT = Path.of("../../shared/contract/Quickstart.java");

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void theContractProgramRuns() throws ReflectiveOperationException {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Class.forName("Quickstart").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("ok: an inactive client calls nothing"));
    }

    /** A clone stands alone, so where the contract does not lie beside it, the copy is compared with itself. */
    @Test
    void theCopyIsTheContract() throws IOException {
        Path contract = Files.exists(CONTRACT) ? CONTRACT : COPY;
        assertEquals(
                Files.readString(contract),
                Files.readString(COPY),
                "the contract program has changed: copy it over and adapt the library to it");
    }
}
