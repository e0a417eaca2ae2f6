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
                .filter(block -> block.contains("AccessFilter"))
                .toList();
        assertEquals(1, blocks.size());
        assertTrue(compiled.contains(plain(blocks.get(0))), blocks.get(0));
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
