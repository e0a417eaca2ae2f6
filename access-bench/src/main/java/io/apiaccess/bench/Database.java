package io.apiaccess.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * An empty database of its own, dropped when it is closed.
 *
 * @param source where the store connects
 * @param streaming where a result comes in parts rather than as a whole
 * @param hasten what makes a connection insert without looking at references
 * @param settling what the database does once the rows are in, each on its own
 * @param end how it ends
 */
record Database(DataSource source, DataSource streaming, String hasten, List<String> settling, Ending end)
        implements AutoCloseable {
    /** Ends a database. */
    @FunctionalInterface
    interface Ending {
        void run() throws IOException, SQLException;
    }

    /** Starts the database of an engine, {@code h2} in a file, {@code postgresql} or {@code mariadb} as a server of its own. */
    static Database start(String engine) throws IOException, SQLException {
        return switch (engine) {
            case "h2" -> h2();
            case "postgresql" -> postgresql();
            case "mariadb" -> mariadb();
            default ->
                throw new IllegalArgumentException("engines are h2, postgresql and mariadb, not `" + engine + "`");
        };
    }

    private static Database h2() throws IOException {
        Path folder = Files.createTempDirectory("access-bench-h2-");
        String url = "jdbc:h2:file:" + folder.resolve("load") + ";DB_CLOSE_DELAY=-1";
        DataSource source = h2(url);
        return new Database(
                source,
                h2(url + ";LAZY_QUERY_EXECUTION=1"),
                "SET REFERENTIAL_INTEGRITY FALSE",
                List.of("SET REFERENTIAL_INTEGRITY TRUE", "ANALYZE", "CHECKPOINT"),
                () -> {
                    execute(source, List.of("SHUTDOWN IMMEDIATELY"));
                    delete(folder);
                });
    }

    private static DataSource h2(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        source.setUser("sa");
        return source;
    }

    /** Starts a server that waits for no disk: what is measured is reading. */
    private static Database postgresql() throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .setConnectConfig("reWriteBatchedInserts", "true")
                .start();
        DataSource source = server.getPostgresDatabase();
        return new Database(
                source,
                source,
                "SET session_replication_role = replica",
                List.of("VACUUM ANALYZE", "CHECKPOINT"),
                server::close);
    }

    private static Database mariadb() throws IOException, SQLException {
        MariaDb server = MariaDb.start();
        DataSource source = new MariaDbDataSource(server.url());
        return new Database(
                source,
                source,
                "SET SESSION foreign_key_checks = 0, unique_checks = 0",
                List.of("ANALYZE TABLE " + String.join(", ", Rows.TABLES)),
                () -> delete(server.end()));
    }

    /** Lets it put its house in order after many rows. */
    void settle() throws SQLException {
        execute(source, settling);
    }

    private static void execute(DataSource source, List<String> statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        end.run();
    }
}
