package io.apiaccess.jdbc;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a relational database, which many nodes share: H2, PostgreSQL or MariaDB. Thread-safe.
 *
 * <p>Writers go one after the other, by the lock of one row; readers see one state and wait for nobody. What fails since
 * others were in the way is tried again, and where the answer to a commit is lost, the database is asked whether it took
 * effect. Closing leaves the data source open.
 */
public final class JdbcAccessStore implements AccessStore {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcAccessStore.class);
    private static final int ATTEMPTS = 6;
    private static final long PAUSE_MILLIS = 20;
    private static final int SEALED_AT_ONCE = 500;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RESOLVING = Duration.ofSeconds(15);

    private final Connections connections;
    private final Dialect dialect;
    private final Retries retries;
    private final Optional<SecretCipher> cipher;
    private final Duration pollInterval;
    private final @Nullable Notices notices;
    private final Sweep sweep;

    private JdbcAccessStore(Builder builder, Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
        retries = new Retries(dialect, ATTEMPTS, 3 * PAUSE_MILLIS, true);
        cipher = Optional.ofNullable(builder.cipher);
        pollInterval = builder.pollInterval;
        notices = builder.notify ? new Notices(connections) : null;
        sweep = new Sweep(connections, dialect);
    }

    /**
     * Returns a store in the database of a data source, with the tables it needs.
     *
     * @throws StoreException if the database cannot be reached, or its tables are damaged or of a newer release
     */
    public static JdbcAccessStore create(DataSource source) {
        return builder(source).build();
    }

    /** Starts a store in the database of a data source. */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    @Override
    public ChangeSet changesSince(long since) {
        return inSnapshot(sql -> {
            long[] state = state(sql);
            long latest = state[0];
            if (since >= latest && since > 0) {
                return new ChangeSet(latest, false, List.of(), Set.of());
            }
            Kinds kinds = kinds(sql);
            Reading reading = new Reading(sql, kinds, latest);
            boolean isFar = since == 0 || since < state[1] || reading.isFarBehind(since);
            Optional<Set<Id<?>>> removed = isFar ? Optional.empty() : RemovalRows.since(sql, kinds, since);
            boolean complete = removed.isEmpty();
            Changes changes = new Changes(reading, complete, since);
            kinds.all().forEach(changes::collect);
            return new ChangeSet(latest, complete, changes.put, removed.orElse(Set.of()), changes.unreadable);
        });
    }

    private Kinds kinds(Sql sql) {
        return new Kinds(cipher, PrintKey.reading(sql, cipher));
    }

    private Writing begin(Session session) {
        return Writing.begin(session.sql(), new Kinds(cipher, PrintKey.writing(session.sql(), cipher)), dialect);
    }

    private static long[] state(Sql sql) {
        return sql.first(
                        row -> new long[] {row.getLong(1), row.getLong(2)},
                        "SELECT latest, forgotten FROM access_revision WHERE id = 1")
                .orElseThrow(() -> new StoreException("the row of access_revision is missing"));
    }

    /** What has changed, on its way from rows. */
    private static final class Changes {
        private final List<Entity<?>> put = new ArrayList<>();
        private final Set<Id<?>> unreadable = new HashSet<>();
        private final Reading reading;
        private final boolean complete;
        private final long since;

        Changes(Reading reading, boolean complete, long since) {
            this.reading = reading;
            this.complete = complete;
            this.since = since;
        }

        <E extends Entity<E>> void collect(Kind<E> kind) {
            if (complete) {
                reading.forEach(kind, sheet -> collect(kind, sheet));
            } else {
                reading.forEachSince(kind, since, sheet -> collect(kind, sheet));
            }
        }

        private <E extends Entity<E>> void collect(Kind<E> kind, Sheet sheet) {
            try {
                put.add(kind.entity(sheet));
            } catch (RuntimeException e) {
                unreadable.add(kind.id(sheet.id()));
                LOG.error(
                        "{} {} is kept in a state that cannot be read: what depends on it is denied",
                        kind.word(),
                        sheet.id(),
                        e);
            }
        }
    }

    @Override
    public <T> T read(Function<? super View, T> work) {
        return inSnapshot(sql -> work.apply(new Reading(sql, kinds(sql), state(sql)[0])));
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        return audit(AuditQuery.newest().limit(limit));
    }

    @Override
    public List<AuditEntry> audit(AuditQuery query) {
        return inSnapshot(sql -> AuditRows.read(sql, query));
    }

    private <T> T inSnapshot(Function<Sql, T> work) {
        return retries.run(() -> {
            try (Session session = Session.open(connections, dialect.snapshotIsolation())) {
                return work.apply(session.sql());
            }
        });
    }

    @Override
    public <T> T write(Function<? super Transaction, T> work) {
        return retries.run(() -> {
            Attempt<T> attempted = attempt(work);
            if (attempted.lost == null || tookEffect(attempted)) {
                return attempted.result;
            }
            throw Sql.failed(attempted.lost);
        });
    }

    /**
     * Work that was done up to its commit.
     *
     * @param token by which the commit is found again
     * @param lost what came in place of the answer to the commit, or {@code null}
     */
    private record Attempt<T>(
            T result, String token, @Nullable SQLException lost) {}

    private <T> Attempt<T> attempt(Function<? super Transaction, T> work) {
        String token = Faults.randomId();
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            session.boundLocks(dialect);
            Writing writing = begin(session);
            T result = work.apply(writing);
            boolean changed = writing.finish(token);
            if (changed && notices != null) {
                notices.send(session.sql());
            }
            return new Attempt<>(result, token, session.commit());
        }
    }

    /**
     * Asks whether a commit without an answer took effect: under the lock that it held, so that the answer is final.
     *
     * @throws StoreException if that cannot be found out
     */
    private boolean tookEffect(Attempt<?> attempted) {
        LOG.warn("the answer to a commit was lost: asking whether it took effect", attempted.lost);
        long end = System.nanoTime() + RESOLVING.toNanos();
        while (true) {
            try {
                return isCommitted(attempted.token);
            } catch (StoreException e) {
                if (System.nanoTime() - end > 0 || isInterruptedIn(PAUSE_MILLIS * 5)) {
                    throw new StoreException(
                            "whether the change took effect is unknown, since the answer to its commit was lost: read it again",
                            e);
                }
            }
        }
    }

    private boolean isCommitted(String token) {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            session.boundLocks(dialect);
            begin(session);
            return session.sql()
                    .first(row -> row.getLong(1), "SELECT revision FROM access_commit WHERE token = ?", token)
                    .isPresent();
        }
    }

    private static boolean isInterruptedIn(long millis) {
        try {
            Retries.pause(millis);
            return false;
        } catch (StoreException e) {
            LOG.debug("interrupted", e);
            return true;
        }
    }

    /**
     * Seals every secret again that is not sealed with the newest key of the cipher, so that older keys can be taken out of
     * it. Returns how many there were.
     *
     * <p>It goes page by page, so that other writers wait for one page only. Where it fails, the pages before stay sealed, and
     * the next call goes on with what is left.
     *
     * @throws StoreException if there is no cipher, or it cannot open one of them
     */
    public int sealAgain() {
        return sealAgain(SEALED_AT_ONCE);
    }

    int sealAgain(int page) {
        SecretCipher sealing =
                cipher.orElseThrow(() -> new StoreException("the store has no `SecretCipher` to seal anything with"));
        Sealing.Progress progress = write(transaction -> Sealing.begin(((Writing) transaction).sql, sealing));
        while (!progress.over()) {
            Sealing.Progress before = progress;
            progress = write(transaction -> Sealing.page(((Writing) transaction).sql, sealing, before, page));
        }
        return progress.count();
    }

    Sweep sweep() {
        return sweep;
    }

    @Override
    public Optional<Duration> pollInterval() {
        return Optional.of(pollInterval);
    }

    @Override
    public void onChange(Runnable heard) {
        if (notices != null) {
            notices.listen(heard);
        }
    }

    @Override
    public void close() {
        if (notices != null) {
            notices.close();
        }
        sweep.close();
        connections.close();
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {
        private final Opening opening;
        private @Nullable SecretCipher cipher;
        private Duration pollInterval = Duration.ofMillis(400);
        private boolean notify;

        private Builder(DataSource source) {
            opening = new Opening(source, TIMEOUT);
        }

        /** Sets what database it is, in place of asking it. */
        public Builder dialect(Dialect dialect) {
            opening.dialect(dialect);
            return this;
        }

        /** Sets what seals secrets that must be readable, as those of HMAC signatures are; without it they are refused. */
        public Builder cipher(SecretCipher cipher) {
            this.cipher = Objects.requireNonNull(cipher, "cipher");
            return this;
        }

        /** Sets how often a node asks what others have changed, 400 ms unless given: 10 ms to a minute. */
        public Builder pollInterval(Duration interval) {
            opening.requireBetween("poll interval", interval, Duration.ofMillis(10), Duration.ofMinutes(1));
            pollInterval = interval;
            return this;
        }

        /** Sets how long to wait for a connection, and for each answer, 2 s unless given: 100 ms to a minute. */
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

        /**
         * Sets whether changes are announced and heard of by LISTEN and NOTIFY, on PostgreSQL only; off unless set. It keeps
         * one connection, and polling goes on beside it.
         */
        public Builder notifications(boolean notify) {
            this.notify = notify;
            return this;
        }

        /**
         * Returns the store.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         * @throws StoreException if the database cannot be reached, or its tables are damaged, missing or of a newer release
         */
        public JdbcAccessStore build() {
            opening.throwIfRefused("store", notify);
            Dialect found = opening.start();
            if (notify && found != Dialect.POSTGRESQL) {
                throw new IllegalArgumentException("store `jdbc`: " + Opening.noNotices(found));
            }
            return new JdbcAccessStore(this, opening.connections(), found);
        }
    }
}
