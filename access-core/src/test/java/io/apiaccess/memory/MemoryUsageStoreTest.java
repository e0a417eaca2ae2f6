package io.apiaccess.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageStoreContract;
import io.apiaccess.spi.UsageSum;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract, and the bound of what is in memory. */
class MemoryUsageStoreTest extends UsageStoreContract {
    @Override
    protected UsageStore create() {
        return new MemoryUsageStore();
    }

    @Test
    @Rule("L7")
    void rollsUpEarlierWhereThereIsNoRoomAndLosesNothing() {
        UsageStore small = new MemoryUsageStore(10);
        for (int minute = 0; minute < 1_000; minute++) {
            small.add(new UsageBatch(
                    "node",
                    minute + 1,
                    List.of(count(T.plus(Duration.ofMinutes(minute)), key("mobile", "GET /a", null), 1))));
        }
        UsageQuery all = new UsageQuery(
                T.minus(Duration.ofDays(9)), T.plus(Duration.ofDays(9)), 1, Set.of(), UsageQuery.Filter.ALL);
        List<UsageSum> sums = small.sums(all);
        assertTrue(sums.size() <= 10, sums.toString());
        assertEquals(1_000, sums.stream().mapToLong(UsageSum::allowed).sum());
    }

    @Test
    @Rule("L7")
    void forgetsTheOldestWhereEvenMonthsAreTooMany() {
        UsageStore small = new MemoryUsageStore(10);
        for (int month = 0; month < 100; month++) {
            small.add(new UsageBatch(
                    "node",
                    month + 1,
                    List.of(count(T.plus(Duration.ofDays(31L * month)), key("p" + month, "GET /a", null), 1))));
        }
        UsageQuery all = new UsageQuery(
                T.minus(Duration.ofDays(40)),
                T.plus(Duration.ofDays(4_000)),
                0,
                Set.of(UsageDimension.PROFILE),
                UsageQuery.Filter.ALL);
        List<UsageSum> sums = small.sums(all);
        assertEquals(10, sums.size());
        assertTrue(sums.stream()
                .allMatch(sum -> sum.key().profile().orElseThrow().value().startsWith("p9")));
    }
}
