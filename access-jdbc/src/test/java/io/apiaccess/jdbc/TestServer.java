package io.apiaccess.jdbc;

import java.util.Locale;

/** A server with an empty database that has the tables of counters, reached by whatever port. */
final class TestServer implements AutoCloseable {
    private final Server server;
    private final boolean shared;
    private final TestDatabase database;
    private final String name;

    /** Returns one that others may use, too: it cannot be killed. */
    TestServer(Engine engine) {
        this(engine, engine == Engine.H2 ? new H2Server() : Databases.server(engine), engine != Engine.H2);
    }

    private TestServer(Engine engine, Server server, boolean shared) {
        this.server = server;
        this.shared = shared;
        name = "limits_" + Long.toString(System.nanoTime(), 36).toLowerCase(Locale.ROOT);
        server.create(name);
        database = new TestDatabase(engine, url(port()), () -> {});
        LimitSchema.create(database);
    }

    /** Returns one of its own, which keeps what it has acknowledged. */
    static TestServer durable(Engine engine) {
        return new TestServer(engine, Server.durable(engine), false);
    }

    Server server() {
        return server;
    }

    int port() {
        return server.port();
    }

    String url(int port) {
        return server.url(name, port);
    }

    @Override
    public void close() {
        if (!shared) {
            server.close();
        }
    }
}
