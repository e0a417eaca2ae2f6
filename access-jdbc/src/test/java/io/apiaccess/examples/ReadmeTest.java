package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.AccessControl;
import io.apiaccess.client.Client;
import io.apiaccess.jdbc.JdbcAccessStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** README.md tells the truth about the database. */
class ReadmeTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsCodeIsCompiled() throws IOException {
        String compiled = plain(Files.readString(Path.of("src/test/java/io/apiaccess/examples/ReadmeTest.java")));
        List<String> blocks = CODE.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> plain(block.replaceAll("```(java)?", "")))
                .filter(block -> block.contains("Jdbc"))
                .toList();
        assertEquals(List.of(true), blocks.stream().map(compiled::contains).toList());
    }

    @Test
    void itsOneCallKeepsWhatIsMade() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:readme;DB_CLOSE_DELAY=-1");
        try (AccessControl access = open(dataSource)) {
            access.admin().create(Client.named("ACME").build());
        }
        try (AccessControl access = open(dataSource)) {
            assertEquals(1, access.admin().listClients().size());
        }
    }

    private static AccessControl open(DataSource dataSource) {
        AccessControl access = AccessControl.builder()
                .store(JdbcAccessStore.create(dataSource))
                .build();
        return access;
    }

    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
