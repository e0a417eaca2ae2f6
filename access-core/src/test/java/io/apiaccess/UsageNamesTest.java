package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.spi.UnreadableException;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import io.apiaccess.usage.UsageUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The names in a report, which the store of what is managed is asked for. */
@Rule({"S6", "S9"})
class UsageNamesTest {
    private final Watched store = new Watched();
    private final Acme acme = new Acme(builder -> builder.store(store));

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void areLookedForOnceEachHoweverManyRowsThereAre() {
        for (int minute = 0; minute < 30; minute++) {
            acme.decide(GET, "/orders/1");
            acme.decide(POST, "/orders");
            acme.time.pass(Duration.ofMinutes(1));
        }
        store.found.clear();
        assertEquals(60, report().rows().size());
        assertEquals(Set.of(acme.acme.id(), acme.mobile.id(), acme.orders.id()), Set.copyOf(store.found));
        assertEquals(3, store.found.size());
    }

    @Test
    void areMissingOfWhatIsDamagedAlone() {
        acme.decide(GET, "/orders/1");
        store.damaged = acme.mobile.id();
        UsageReport report = report();
        assertEquals(1, report.calls());
        assertTrue(
                report.toCsv().contains(",ACME Company," + acme.mobile.id() + ",," + acme.orders.id() + ",Orders v1,"),
                report.toCsv());
    }

    private UsageReport report() {
        Instant now = acme.time.instant();
        return acme.access
                .usage()
                .calls(UsagePeriod.of(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1))))
                .per(UsageUnit.MINUTE)
                .by(UsageDimension.PROFILE, UsageDimension.ROUTE)
                .report();
    }

    /** A store in memory that tells what was looked for, and in which one thing may be damaged. */
    private static final class Watched extends ForwardingStore {
        final List<Id<?>> found = new ArrayList<>();

        @Nullable Id<?> damaged;

        Watched() {
            super(new MemoryAccessStore());
        }

        @Override
        public <T> T read(Function<? super View, T> work) {
            return super.read(view -> work.apply(new ForwardingView(view) {
                @Override
                public <E extends Entity<E>> Optional<E> find(Id<E> id) {
                    found.add(id);
                    if (id.equals(damaged)) {
                        throw new UnreadableException(Set.of(id), new IllegalArgumentException("no such status"));
                    }
                    return super.find(id);
                }
            }));
        }
    }
}
