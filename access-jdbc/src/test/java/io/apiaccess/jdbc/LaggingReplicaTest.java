package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that reads a replica, which is a copy taken earlier, on real servers: it never goes back. */
@ParameterizedClass
@EnumSource
@Rule({"S4", "D12"})
class LaggingReplicaTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestDatabase primary;
    private final TestDatabase replica;

    LaggingReplicaTest(Engine engine) {
        primary = Databases.fresh(engine);
        replica = Databases.fresh(engine);
    }

    @AfterEach
    void close() {
        primary.close();
        replica.close();
    }

    @Test
    void decidesByWhatItKnowsUntilTheReplicaHasCaughtUp() {
        Routed routed = new Routed();
        try (Acme acme = writer();
                AccessControl node = node(acme, routed)) {
            replicate();
            acme.admin.revokeKey(acme.key.id());
            until(() -> reason(node, acme.key) == DenyReason.REVOKED_CREDENTIAL);
            long known = node.storeHealth().revision();

            routed.url = replica.url();
            StoreException refused = assertThrows(StoreException.class, node::refreshNow);
            assertTrue(String.valueOf(refused.getMessage()).contains("is it a replica that lags"), refused::getMessage);
            assertEquals(false, node.storeHealth().up());
            assertEquals(known, node.storeHealth().revision());
            assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(node, acme.key));

            IssuedKey next = acme.admin.issueKey(acme.mobile.id());
            replicate();
            node.refreshNow();
            assertTrue(node.storeHealth().up());
            assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(node, acme.key));
            assertNull(reason(node, next));
        }
    }

    @Test
    void neverGoesBackWhereEachConnectionMayBeToEither() {
        Routed routed = new Routed();
        try (Acme acme = writer();
                AccessControl node = node(acme, routed)) {
            replicate();
            routed.other = replica.url();
            acme.admin.revokeKey(acme.key.id());
            until(() -> reason(node, acme.key) == DenyReason.REVOKED_CREDENTIAL);
            int asked = routed.asked.get();
            until(() -> {
                assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(node, acme.key));
                return routed.asked.get() > asked + 20;
            });
        }
    }

    /** A source that opens connections to one database, or to two of them in turn. */
    private final class Routed extends UrlDataSource {
        private final AtomicInteger asked = new AtomicInteger();
        private volatile String url = primary.url();
        private volatile @Nullable String other;

        Routed() {
            super(primary.url());
        }

        @Override
        public Connection getConnection() throws SQLException {
            String second = other;
            boolean isSecond = asked.incrementAndGet() % 2 == 0 && second != null;
            return new UrlDataSource(isSecond ? second : url).getConnection();
        }
    }

    private Acme writer() {
        return new Acme(builder -> builder.maxStaleness(Duration.ofDays(365))
                .store(JdbcAccessStore.builder(primary.dataSource())
                        .timeout(PATIENT)
                        .build()));
    }

    private static AccessControl node(Acme acme, Routed routed) {
        return AccessControl.builder()
                .store(JdbcAccessStore.builder(routed)
                        .timeout(PATIENT)
                        .pollInterval(Duration.ofMillis(50))
                        .build())
                .maxStaleness(Duration.ofDays(365))
                .clock(acme.time)
                .monotonicClock(acme.time)
                .build();
    }

    private static @Nullable DenyReason reason(AccessControl node, IssuedKey key) {
        return Acme.reason(node.decider()
                .decide(Acme.request(GET, "/orders").apiKey(key.reveal()).build()));
    }

    /** Makes the replica what the primary is. */
    private void replicate() {
        JdbcAccessStore.builder(replica.dataSource()).timeout(PATIENT).build().close();
        List<String> tables = new ArrayList<>(List.of("access_revision", "access_removal"));
        new Kinds(Optional.empty(), () -> new byte[0]).tables().forEach(table -> tables.add(table.name()));
        try (Connection from = primary.dataSource().getConnection();
                Connection to = replica.dataSource().getConnection()) {
            to.setAutoCommit(false);
            List<String> backwards = new ArrayList<>(tables);
            Collections.reverse(backwards);
            try (Statement delete = to.createStatement()) {
                for (String table : backwards) {
                    delete.execute("DELETE FROM " + table);
                }
            }
            for (String table : tables) {
                copy(table, from, to);
            }
            to.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(String table, Connection from, Connection to) throws SQLException {
        try (Statement read = from.createStatement();
                ResultSet row = read.executeQuery("SELECT * FROM " + table)) {
            int columns = row.getMetaData().getColumnCount();
            String marks = String.join(", ", Collections.nCopies(columns, "?"));
            try (PreparedStatement write = to.prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
                while (row.next()) {
                    for (int column = 1; column <= columns; column++) {
                        write.setObject(column, row.getObject(column));
                    }
                    write.executeUpdate();
                }
            }
        }
    }

    private static void until(BooleanSupplier condition) {
        assertTimeoutPreemptively(LONG, () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }
}
