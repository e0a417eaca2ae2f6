package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseExampleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    Path folder;

    @Test
    void findsTheSameClientsAndKeysAfterARestart() {
        List<String> first = run(Optional.empty());
        assertTrue(first.get(0).startsWith("key ak_"), first::toString);
        List<String> second = run(Optional.of(first.get(0).substring("key ".length())));
        assertEquals(first.subList(1, first.size()), second);
        assertEquals("allowed", second.get(1));
        assertTrue(second.get(0).startsWith("client `ACME Company`"), second::toString);
    }

    @Test
    void wantsADatabase() {
        assertThrows(IllegalArgumentException.class, () -> DatabaseExample.main(new String[] {"--key"}));
    }

    private List<String> run(Optional<String> key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DatabaseExample.run(
                "jdbc:h2:file:" + folder.resolve("acme"), key, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
