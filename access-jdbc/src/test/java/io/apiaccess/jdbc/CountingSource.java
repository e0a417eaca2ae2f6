package io.apiaccess.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A source that counts how often it is asked for a connection, and the statements that are prepared on them, a batch as one. */
final class CountingSource extends UrlDataSource {
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    CountingSource(String url) {
        super(url);
    }

    /** Returns how many statements some work takes. */
    int count(Runnable work) {
        statements.set(0);
        work.run();
        return statements.get();
    }

    /** Returns how many statements there were. */
    int statements() {
        return statements.get();
    }

    /** Returns how often a connection was asked for, whether it came or not. */
    int asked() {
        return asked.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        asked.incrementAndGet();
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, values) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.incrementAndGet();
                    }
                    try {
                        return method.invoke(connection, values);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
