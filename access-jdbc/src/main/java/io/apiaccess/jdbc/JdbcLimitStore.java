package io.apiaccess.jdbc;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Usage of limits in a database that nodes share: H2, PostgreSQL or MariaDB. Thread-safe.
 *
 * <p>Exact, each decision takes from all its limits in one transaction, by the database's clock, as strictly as a single
 * process would. {@linkplain Builder#leased() Leased}, a node takes units of large limits ahead and gives them out by itself:
 * fewer transactions, and never more than the limit over all nodes, but less than all of it. Nodes that share a database are
 * to be of one kind.
 *
 * <p>Usage survives restarts of nodes and of the database, as far as that keeps what it has acknowledged. Closing leaves the
 * data source open.
 */
public final class JdbcLimitStore implements LimitStore {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLimitStore.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** More than decisions ask a store at once. */
    private static final int MOST_WAITING = 128;

    private final Connections connections;
    private final CounterTable table;
    private final Pots pots;
    private final boolean leases;
    private final @Nullable Housekeeping housekeeping;

    private JdbcLimitStore(Builder builder, Connections connections, Dialect dialect) {
        this.connections = connections;
        table = new CounterTable(connections, dialect, builder.clock);
        pots = new Pots(table, builder.nanos);
        leases = builder.leases;
        housekeeping = builder.keepsHouse ? new Housekeeping(table, pots) : null;
    }

    /**
     * Returns an exact store in the database of a data source, with the tables it needs.
     *
     * @throws StoreException if the database cannot be reached, or its tables are damaged or of a newer release
     */
    public static JdbcLimitStore create(DataSource source) {
        return builder(source).build();
    }

    /** Starts a store on what connects to a database: a pool, so that not every decision connects. */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    @Override
    public Optional<List<LimitState>> takeAtOnce(List<LimitDemand> demands, long cost, Reading now) {
        return leases && cost > 0 ? pots.takeAtOnce(demands, cost) : Optional.empty();
    }

    @Override
    public boolean jumps(Limit limit) {
        return leases && Pot.length(limit) > 0;
    }

    @Override
    public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
        if (demands.isEmpty() || cost == 0) {
            return peek(demands, cost, now);
        }
        return leases ? pots.take(demands, cost) : states(table.take(exact(demands), cost));
    }

    @Override
    public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
        if (demands.isEmpty()) {
            return List.of();
        }
        return leases ? pots.peek(demands, cost) : states(table.peek(exact(demands), cost));
    }

    /** {@inheritDoc} Units that other nodes have taken ahead can still be used, for some seconds. */
    @Override
    public void reset(LimitDemand demand) {
        pots.forget(demand);
        table.reset(demand);
    }

    /** Returns to the database what was taken ahead. */
    @Override
    public void close() {
        if (housekeeping != null) {
            housekeeping.close();
        }
        try {
            pots.returnAll();
        } catch (StoreException e) {
            LOG.warn("units that were taken ahead cannot be returned, and stay counted until their time is over", e);
        }
        connections.close();
    }

    private static List<Wish> exact(List<LimitDemand> demands) {
        return demands.stream().map(Wish::exact).toList();
    }

    private static List<LimitState> states(List<Taken> taken) {
        return taken.stream().map(Taken::state).toList();
    }

    /** Says how a store counts. Not thread-safe. */
    public static final class Builder {
        private final Opening opening;
        private boolean leases;
        private boolean keepsHouse = true;
        private @Nullable Dialect prepared;
        private UnaryOperator<Reading> clock = UnaryOperator.identity();
        private LongSupplier nanos = System::nanoTime;

        private Builder(DataSource source) {
            opening = new Opening(source, TIMEOUT);
        }

        /**
         * Lets a node take units ahead where a limit is large enough: rates of 500 units or more in 10 seconds or more, and
         * quotas of 500 or more. Other limits, and token buckets, stay exact.
         */
        public Builder leased() {
            leases = true;
            return this;
        }

        /** Sets what database it is, in place of asking it. */
        public Builder dialect(Dialect dialect) {
            opening.dialect(dialect);
            return this;
        }

        /**
         * Sets how long to wait for a connection, and for each answer where the driver can do that, one second unless given:
         * 100 ms to a minute. A decision waits for the budget of its AccessControl, not for this.
         */
        public Builder timeout(Duration timeout) {
            opening.timeout(timeout);
            return this;
        }

        /** Sets how long to wait for the database at the start, not at all unless given: at most an hour. */
        public Builder startWait(Duration wait) {
            opening.startWait(wait);
            return this;
        }

        /** Sets whether the tables are made or brought up to date at the start, as they are unless set; else only checked. */
        public Builder migrate(boolean migrate) {
            opening.migrate(migrate);
            return this;
        }

        Builder clock(UnaryOperator<Reading> clock) {
            this.clock = clock;
            return this;
        }

        Builder nanos(LongSupplier nanos) {
            this.nanos = nanos;
            return this;
        }

        Builder withoutHousekeeping() {
            keepsHouse = false;
            return this;
        }

        /** Neither makes nor checks tables. */
        Builder onTablesOf(Dialect dialect) {
            prepared = dialect;
            return this;
        }

        /**
         * Returns the store.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         * @throws StoreException if the database cannot be reached, or its tables are damaged, missing or of a newer release
         */
        public JdbcLimitStore build() {
            opening.throwIfRefused("limit store", false);
            Dialect known = prepared;
            Dialect found = known == null ? opening.start() : known;
            return new JdbcLimitStore(this, opening.connections(MOST_WAITING), found);
        }
    }
}
