package io.apiaccess.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of a server, which ends with the process of the tests however that ends. */
final class ServerProcess {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM = 2L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // Whoever starts it holds the other end of the standard input.
    private static final List<String> UNTIL_INPUT_ENDS =
            List.of("sh", "-c", "\"$@\" < /dev/null & server=$!; cat > /dev/null; kill -9 $server", "sh");

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a process and waits until its database answers. */
    static ServerProcess start(List<String> command, Path log, String url) {
        List<String> watched = new ArrayList<>(UNTIL_INPUT_ENDS);
        watched.addAll(command);
        try {
            Process process = new ProcessBuilder(watched)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            ServerProcess started = new ServerProcess(process, log);
            started.awaitAnswer(url);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        kill(Stream.concat(process.descendants(), Stream.of(process.toHandle())));
    }

    /** Kills processes and waits until there are none of them any more. */
    static void kill(Stream<ProcessHandle> processes) {
        List<ProcessHandle> all = processes.toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private void awaitAnswer(String url) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url)) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                boolean late = System.nanoTime() - start > PATIENCE.toNanos();
                if (late || !process.isAlive()) {
                    throw new IllegalStateException("no answer from the server: " + Files.readString(log), e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns an empty folder, on a disk if what is in it is to be durable, else in memory where there is room. */
    static Path newFolder(String name, boolean durable) {
        boolean fits = !durable && Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() >= ROOM;
        try {
            return fits ? Files.createTempDirectory(MEMORY, name) : Files.createTempDirectory(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try {
            if (Files.exists(folder)) {
                Files.walkFileTree(folder, new Deletion());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
