package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.ForwardingStore;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.spi.ChangeSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What several nodes ask of a server that is back again. Polls are counted, which takes no clock; they are held to the time of
 * two of them where the machine is this test's alone: {@code -Pstress}.
 */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule("S4")
class BackAgainTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final boolean BOUND = Boolean.getBoolean("stress");
    private static final int NODES = 4;
    private static final int SOME = 5;
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration LEAST_INTERVAL = INTERVAL.multipliedBy(9).dividedBy(10);
    private static final Duration TWO_POLLS = INTERVAL.multipliedBy(5).dividedBy(2);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(2);

    /** What it takes to read a few changes, once. */
    private static final int CHANGES = 60;

    private final TestDatabase database;
    private final TcpProxy proxy;
    private final List<Node> nodes = new ArrayList<>();

    BackAgainTest(Engine engine) {
        database = Databases.withTables(engine);
        proxy = TcpProxy.to(database.address());
    }

    @AfterEach
    void close() {
        proxy.heal();
        nodes.forEach(node -> node.access.close());
        proxy.close();
        database.close();
    }

    @Test
    void hasAllNodesUpToDateWithinTwoPollsAndIsNotOverrunByThem() {
        try (Acme acme = new Acme(builder -> builder.store(store(database.dataSource(), PATIENT)))) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(acme));
            }
            proxy.refuse();
            nodes.forEach(node -> until(() -> !node.access.storeHealth().up()));
            nodes.forEach(node -> node.store.watch(Long.MAX_VALUE));
            nodes.forEach(node -> until(() -> node.store.seen().polls > SOME));
            nodes.forEach(node -> node.store.seen().assertNoHerd());
            acme.admin.revokeKey(acme.key.id());
            IssuedKey next = acme.admin.issueKey(acme.mobile.id());
            nodes.forEach(node -> assertNull(node.reason(acme.key)));
            long latest = acme.access.storeHealth().revision();
            proxy.heal();
            nodes.forEach(node -> node.store.watch(latest));
            for (Node node : nodes) {
                until(() -> node.access.storeHealth().revision() == latest);
                assertEquals(DenyReason.REVOKED_CREDENTIAL, node.reason(acme.key));
                assertNull(node.reason(next));
            }
            nodes.forEach(node -> until(() -> node.store.seen().polls > SOME));
            for (Node node : nodes) {
                Seen seen = node.store.seen();
                FIGURES.info(() -> database.engine() + ": a node is up to date again, " + seen);
                assertTrue(seen.needed <= 2, seen::toString);
                assertTrue(!BOUND || seen.after.compareTo(TWO_POLLS) <= 0, seen::toString);
                seen.assertNoHerd();
            }
        }
    }

    private static JdbcAccessStore store(DataSource source, Duration interval) {
        return JdbcAccessStore.builder(source)
                .timeout(PATIENT)
                .pollInterval(interval)
                .build();
    }

    private static void until(BooleanSupplier condition) {
        assertTimeoutPreemptively(LONG, () -> {
            while (!condition.getAsBoolean()) {
                LockSupport.parkNanos(1_000_000);
            }
        });
    }

    /** A node behind the proxy. */
    private final class Node {
        private final Watched store = new Watched(new CountingSource(database.urlThrough(proxy.port())));
        private final AccessControl access;

        Node(Acme acme) {
            access = AccessControl.builder()
                    .store(store)
                    .maxStaleness(Duration.ofDays(300))
                    .clock(acme.time)
                    .monotonicClock(acme.time)
                    .build();
        }

        @Nullable DenyReason reason(IssuedKey key) {
            return Acme.reason(access.decider()
                    .decide(Acme.request(GET, "/orders").apiKey(key.reveal()).build()));
        }
    }

    /**
     * What a node has asked since it is watched.
     *
     * @param needed how many polls had begun when it was up to date
     * @param after when that was
     * @param reloads how often it has read everything
     */
    private record Seen(
            int polls, int connections, int statements, int reloads, int needed, Duration after, Duration length) {
        /** A poll may be under way at either end, and one that meets a broken connection asks for a second. */
        void assertNoHerd() {
            assertTrue(polls <= length.dividedBy(LEAST_INTERVAL) + 2, this::toString);
            assertTrue(connections <= 2 * (polls + 1), this::toString);
            assertTrue(statements <= polls + CHANGES, this::toString);
            assertEquals(0, reloads, this::toString);
        }
    }

    /** A store that counts what is asked of it, and of its database. */
    private static final class Watched extends ForwardingStore {
        private final CountingSource source;
        private int polls;
        private int connections;
        private int statements;
        private int reloads;
        private int needed;
        private long latest;
        private long start;
        private long end;

        Watched(CountingSource source) {
            super(store(source, INTERVAL));
            this.source = source;
        }

        synchronized void watch(long latest) {
            this.latest = latest;
            polls = 0;
            connections = source.asked();
            statements = source.statements();
            reloads = 0;
            start = System.nanoTime();
            end = 0;
        }

        synchronized Seen seen() {
            return new Seen(
                    polls,
                    source.asked() - connections,
                    source.statements() - statements,
                    reloads,
                    needed,
                    Duration.ofNanos(end - start),
                    Duration.ofNanos(System.nanoTime() - start));
        }

        @Override
        public ChangeSet changesSince(long revision) {
            begin();
            ChangeSet changes = super.changesSince(revision);
            end(changes);
            return changes;
        }

        private synchronized void begin() {
            polls++;
        }

        private synchronized void end(ChangeSet changes) {
            reloads += changes.complete() ? 1 : 0;
            if (end == 0 && changes.revision() == latest) {
                needed = polls;
                end = System.nanoTime();
            }
        }
    }
}
