package io.apiaccess.jdbc;

import java.nio.file.Path;
import java.util.List;

/** H2 in a process of its own, which writes before it acknowledges. */
final class H2Server implements Server {
    private final int port = ServerProcess.freePort();
    private final Path folder = ServerProcess.newFolder("apiaccess-h2-", true);
    private ServerProcess process;

    H2Server() {
        process = start();
    }

    @Override
    public int port() {
        return port;
    }

    /** {@inheritDoc} H2 acknowledges half a second before it writes, unless told otherwise. */
    @Override
    public String url(String database, int port) {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./" + database + ";USER=sa;WRITE_DELAY=0";
    }

    @Override
    public void create(String database) {
        // connecting creates it
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

    private ServerProcess start() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "org.h2.tools.Server",
                "-tcp",
                "-tcpPort",
                Integer.toString(port),
                "-ifNotExists",
                "-baseDir",
                folder.toString());
        return ServerProcess.start(command, folder.resolve("log"), url("started", port));
    }
}
