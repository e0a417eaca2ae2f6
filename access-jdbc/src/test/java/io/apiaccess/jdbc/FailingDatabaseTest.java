package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions while the database of the limits is gone, says nothing or is slow, and when it is back. */
@ParameterizedClass
@EnumSource(Engine.class)
@Rule({"L8", "S5"})
class FailingDatabaseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<Engine, TestServer> SERVERS = new EnumMap<>(Engine.class);

    private final TestServer server;
    private final TcpProxy proxy;
    private final TestPool pool;
    private final Acme acme;
    private int admittedDegraded;

    FailingDatabaseTest(Engine engine) {
        server = SERVERS.computeIfAbsent(engine, TestServer::new);
        proxy = TcpProxy.to(server.port());
        pool = new TestPool(server.url(proxy.port()), 70).patience(Duration.ofSeconds(1));
        JdbcLimitStore store = JdbcLimitStore.builder(pool)
                .timeout(Duration.ofSeconds(1))
                .onTablesOf(engine.dialect())
                .withoutHousekeeping()
                .build();
        acme = new Acme(builder -> builder.limitStore(store).limitBudget(Duration.ofMillis(400)));
    }

    @AfterEach
    void close() {
        proxy.heal();
        acme.close();
        pool.close();
        proxy.close();
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(TestServer::close);
        SERVERS.clear();
    }

    /** What goes wrong on the way to the database. */
    enum Fault {
        GONE,
        SILENT,
        SLOW,
        CUT;

        void begin(TcpProxy proxy) {
            switch (this) {
                case GONE -> proxy.refuse();
                case SILENT -> proxy.blackHole();
                case SLOW -> proxy.delay(Duration.ofSeconds(2));
                case CUT -> proxy.cutAfter(10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedLimitDeniesAndCountsOnAfterwards(Fault fault) {
        hold(Quota.of(100).perYear(), fault);
        int admitted = callUntilSound(100);
        fault.begin(proxy);
        for (int call = 0; call < 3; call++) {
            Decision decision = call();
            assertEquals(DenyReason.UNAVAILABLE, Acme.reason(decision));
            assertTrue(decision.isDegraded());
        }
        proxy.heal();
        admitted += callUntilSound(100);
        for (int call = 0; call < 200; call++) {
            admitted += call().isAllowed() ? 1 : 0;
        }
        // what was asked for without an answer may have been charged
        assertTrue(admitted <= 100 && admitted > 80, "admitted " + admitted);
    }

    @ParameterizedTest
    @EnumSource
    void anOpenLimitLetsPassUncounted(Fault fault) {
        hold(Quota.of(3).perYear().onFailure(FailureMode.open()), fault);
        callUntilSound(3);
        fault.begin(proxy);
        for (int call = 0; call < 5; call++) {
            Decision decision = call();
            assertTrue(decision.isAllowed());
            assertTrue(decision.isDegraded());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLocalLimitAdmitsTheShareOfThisProcess(Fault fault) {
        hold(Quota.of(10).perYear().onFailure(FailureMode.local(1, 4)), fault);
        callUntilSound(10);
        fault.begin(proxy);
        for (int call = 0; call < 4; call++) {
            assertTrue(call().isDegraded());
        }
        assertEquals(2, admittedDegraded);
    }

    private void hold(Limit limit, Fault fault) {
        acme.hold(Policy.named("gold " + fault).limit(limit));
    }

    private Decision call() {
        Decision decision = assertTimeout(PATIENCE, () -> acme.decide(GET, "/orders/1"));
        admittedDegraded += decision.isAllowed() && decision.isDegraded() ? 1 : 0;
        return decision;
    }

    /** Calls until the store answers within the budget; returns how many calls were admitted on the way. */
    private int callUntilSound(int most) {
        long start = System.nanoTime();
        for (int admitted = 0; System.nanoTime() - start < PATIENCE.toNanos(); ) {
            Decision decision = call();
            admitted += decision.isAllowed() ? 1 : 0;
            if (!decision.isDegraded()) {
                assertFalse(admitted > most);
                return admitted;
            }
        }
        throw new AssertionError("the store does not answer within " + PATIENCE);
    }
}
