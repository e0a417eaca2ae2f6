package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** README.md tells the truth about the filter. */
class ReadmeTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsCodeIsCompiled() throws IOException {
        String compiled = plain(Files.readString(Path.of("src/test/java/io/apiaccess/examples/ReadmeExample.java")));
        List<String> blocks = CODE.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replaceAll("```(java)?", ""))
                .filter(block -> block.contains("AccessFilter") || block.contains("TokenServlet"))
                .toList();
        assertEquals(2, blocks.size());
        blocks.forEach(block -> assertTrue(compiled.contains(plain(block)), block));
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
