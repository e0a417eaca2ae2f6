package io.apiaccess.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/** The tables of counters, as their script makes them. */
final class LimitSchema {
    private LimitSchema() {}

    static void create(TestDatabase database) {
        String script = database.engine().name().toLowerCase(Locale.ROOT) + "/V2__limits.sql";
        try (InputStream text = Objects.requireNonNull(JdbcLimitStore.class.getResourceAsStream(script), script)) {
            String sql = new String(text.readAllBytes(), StandardCharsets.UTF_8).replaceAll("--[^\n]*", "");
            database.execute("CREATE TABLE access_schema (version INTEGER PRIMARY KEY)");
            for (String statement : sql.split(";", -1)) {
                if (!statement.isBlank()) {
                    database.execute(statement);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
