package io.apiaccess.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** PostgreSQL from its packaged binaries. */
final class PostgresqlServer implements Server {
    private final int port = ServerProcess.freePort();
    private final Path folder;
    private final boolean durable;
    private EmbeddedPostgres postgres;

    PostgresqlServer(boolean durable) {
        this.durable = durable;
        folder = ServerProcess.newFolder("apiaccess-postgresql-", durable);
        postgres = start();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url(String database, int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + (database.isEmpty() ? "postgres" : database)
                + "?user=postgres";
    }

    @Override
    public void kill() {
        postmaster().ifPresent(process -> ServerProcess.kill(Stream.concat(Stream.of(process), process.descendants())));
    }

    @Override
    public void restart() {
        close(postgres);
        postgres = start();
    }

    @Override
    public void close() {
        close(postgres);
        ServerProcess.delete(folder);
    }

    private static void close(EmbeddedPostgres postgres) {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> postmaster() {
        try (Stream<String> lines = Files.lines(folder.resolve("postmaster.pid"))) {
            return lines.findFirst().flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.trim())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // The package switches off what would cost time: here it is switched on again, or off for good.
    private EmbeddedPostgres start() {
        String durability = durable ? "on" : "off";
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("fsync", durability)
                    .setServerConfig("full_page_writes", durability)
                    .setServerConfig("synchronous_commit", durability)
                    .setServerConfig("shared_buffers", "32MB")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
