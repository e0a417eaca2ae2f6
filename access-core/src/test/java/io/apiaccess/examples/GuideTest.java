package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.ConfigurationDocument;
import io.apiaccess.admin.Insight;
import io.apiaccess.admin.Search;
import io.apiaccess.memory.MemoryAccessStore;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/guide.md tells the truth. */
class GuideTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CALL = Pattern.compile("`([a-zA-Z]+)\\(");

    @Test
    void itsProgramRunsInMemory() {
        GuideExample.run(new MemoryAccessStore(), new ManualTime());
    }

    @Test
    void itsCodeIsThatOfTheProgram() throws IOException {
        String program = plain(Files.readString(Path.of("src/test/java/io/apiaccess/examples/GuideExample.java")));
        List<String> blocks = CODE.matcher(guide())
                .results()
                .map(MatchResult::group)
                .map(block -> block.replaceAll("```(java)?", ""))
                .toList();
        assertTrue(blocks.size() >= 10, () -> blocks.size() + " blocks");
        for (String block : blocks) {
            assertTrue(program.contains(plain(block)), block);
        }
    }

    @Test
    void theCallsOfItsTableExist() throws IOException {
        Set<String> known = Stream.of(AccessAdmin.class, Search.class, Insight.class, ConfigurationDocument.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .map(Method::getName)
                .collect(Collectors.toSet());
        known.addAll(Set.of(
                "route",
                "registration",
                "version",
                "policy",
                "project",
                "plan",
                "grant",
                "visibility",
                "basePath",
                "allowFrom",
                "blockFrom",
                "during",
                "condition",
                "authentication",
                "adminFor",
                "explain",
                "decide",
                "limit",
                "shared",
                "logo",
                "override",
                "withoutGrant"));
        List<String> unknown = guide().lines()
                .filter(line -> line.startsWith("|"))
                .flatMap(line -> CALL.matcher(line).results())
                .map(call -> call.group(1))
                .filter(call -> !known.contains(call))
                .toList();
        assertEquals(List.of(), unknown);
    }

    private static String guide() throws IOException {
        return Files.readString(Path.of("../docs/guide.md"));
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
