package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.spi.AccessEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Owners hear of a quota that nodes take from ahead, whichever node comes to what. */
@Rule({"L9", "S5"})
class LeasedQuotaEventsTest {
    private static final int UNITS = 1_000;
    private static final int NODES = 3;

    @Test
    void comeFromEachNodeThatGoesPast() {
        try (TestDatabase database = Databases.fresh(Engine.H2)) {
            LimitSchema.create(database);
            List<Heard> heard = new ArrayList<>();
            List<Acme> nodes = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                Heard one = new Heard(Collections.synchronizedList(new ArrayList<>()));
                heard.add(one);
                nodes.add(node(database, one));
            }
            int admitted = 0;
            for (int call = 0; call < 2 * UNITS; call++) {
                admitted += nodes.get(call % NODES).decide(GET, "/orders/1").isAllowed() ? 1 : 0;
            }
            nodes.forEach(Acme::close);
            assertTrue(admitted <= UNITS && admitted > UNITS * 9 / 10, "admitted " + admitted);
            for (Heard one : heard) {
                assertEquals(List.of(80, 90), one.percents.subList(0, 2));
                assertEquals(one.percents.stream().distinct().toList(), one.percents, "once");
            }
            assertTrue(heard.stream().anyMatch(one -> one.percents.contains(100)), heard.toString());
        }
    }

    private static Acme node(TestDatabase database, AccessEvents listener) {
        Acme node = new Acme(builder -> builder.events(listener)
                .limitBudget(Duration.ofSeconds(30))
                .limitStore(JdbcLimitStore.builder(database.pool(4))
                        .leased()
                        .timeout(Duration.ofSeconds(30))
                        .withoutHousekeeping()
                        .build()));
        node.hold(Policy.named("gold")
                .id(new PolicyId("gold"))
                .limit(Quota.of(UNITS).perYear().scope(LimitScope.GLOBAL)));
        return node;
    }

    /** What one node tells. */
    private record Heard(List<Integer> percents) implements AccessEvents {
        @Override
        public void quotaReached(QuotaReached event) {
            percents.add(event.percent());
        }
    }
}
