package io.apiaccess.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of MariaDB with one empty database, from binaries that are unpacked, as those that the tests of access-jdbc leave. It
 * waits for no disk: what is measured is reading.
 */
final class MariaDb {
    private static final Path BINARIES = Path.of(System.getProperty("mariadb", "access-jdbc/target/mariadb-11.4.5"))
            .toAbsolutePath();
    private static final long PATIENCE = 60_000_000_000L;

    private final Path folder;
    private final String url;
    private final Process process;

    private MariaDb(Path folder, String url, Process process) {
        this.folder = folder;
        this.url = url;
        this.process = process;
    }

    static MariaDb start() throws IOException {
        if (!Files.isDirectory(BINARIES)) {
            throw new IOException("no server in `" + BINARIES + "`, where the tests of access-jdbc unpack one");
        }
        Path folder = Files.createTempDirectory("access-bench-mariadb-");
        Files.createDirectory(folder.resolve("data"));
        Path share = BINARIES.resolve("share");
        Path script = folder.resolve("install.sql");
        Files.writeString(
                script,
                "CREATE DATABASE mysql;\nUSE mysql;\n"
                        + Files.readString(share.resolve("mariadb_system_tables.sql"))
                        + Files.readString(share.resolve("mariadb_system_tables_data.sql"))
                        + "CREATE DATABASE bench;\n");
        Process install =
                process(folder, "--bootstrap").redirectInput(script.toFile()).start();
        if (install.onExit().join().exitValue() != 0) {
            throw new IOException("MariaDB does not install: " + Files.readString(folder.resolve("log")));
        }
        int port = freePort();
        Process server = process(
                        folder,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--socket=" + folder.resolve("socket"),
                        "--skip-ssl",
                        "--innodb-flush-log-at-trx-commit=0")
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        MariaDb started =
                new MariaDb(folder, "jdbc:mariadb://127.0.0.1:" + port + "/bench?user=root&useBulkStmts=true", server);
        started.awaitAnswer();
        return started;
    }

    String url() {
        return url;
    }

    /** Ends it, and returns the folder that it leaves. */
    Path end() {
        process.destroyForcibly().onExit().join();
        return folder;
    }

    private static ProcessBuilder process(Path folder, String... options) {
        List<String> command = new ArrayList<>(List.of(
                BINARIES.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + BINARIES,
                "--lc-messages-dir=" + BINARIES.resolve("share"),
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder,
                "--user=" + System.getProperty("user.name"),
                "--innodb-log-file-size=1G",
                "--innodb-buffer-pool-size=512M"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
    }

    private void awaitAnswer() throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url)) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE) {
                    end();
                    throw new IOException("no answer from MariaDB: " + Files.readString(folder.resolve("log")), e);
                }
            }
            Thread.onSpinWait();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
