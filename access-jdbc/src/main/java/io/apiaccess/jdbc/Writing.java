package io.apiaccess.jdbc;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One state of the store, which only this transaction may change: it holds the row of the revision. Not thread-safe. */
final class Writing extends Reading implements Transaction {
    static final String LOCK = "SELECT latest FROM access_revision WHERE id = 1 FOR UPDATE";
    private static final String LOCKED = "55P03";

    /** More than writers that go one after the other commit while one of them asks whether its own took effect. */
    private static final int COMMITS_KEPT = 100_000;

    private static final int KNOWN = 10_000;

    private final Set<Id<?>> removed = new LinkedHashSet<>();
    private final List<AuditEntry> entries = new ArrayList<>();
    private boolean changed;

    private final Dialect dialect;
    /** What was read or written last, and what is not there: nobody else changes it. */
    private final Map<Id<?>, Optional<Sheet>> known = new LinkedHashMap<>(16, 0.75F, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Id<?>, Optional<Sheet>> eldest) {
            return size() > KNOWN;
        }
    };

    private Writing(Sql sql, Kinds kinds, Dialect dialect, long revision) {
        super(sql, kinds, revision);
        this.dialect = dialect;
    }

    /** Waits until it is alone among writers. */
    static Writing begin(Sql sql, Kinds kinds, Dialect dialect) {
        return new Writing(sql, kinds, dialect, lock(sql));
    }

    /** Waits until a transaction is alone among writers, and returns the revision. */
    static long lock(Sql sql) {
        try {
            return sql.first(row -> row.getLong(1), LOCK)
                    .orElseThrow(() -> new StoreException("the row of access_revision is missing"));
        } catch (StoreException e) {
            if (e.getCause() instanceof SQLException refused && Dialect.isTimeOut(refused)) {
                throw Sql.failed(new SQLTransientException("others have written for too long", LOCKED, refused));
            }
            throw e;
        }
    }

    @Override
    void remember(Kind<?> kind, List<Sheet> read) {
        read.forEach(sheet -> known.put(kind.id(sheet.id()), Optional.of(sheet.again())));
    }

    @Override
    List<Sheet> sheets(Kind<?> kind, List<String> ids) {
        List<Sheet> sheets = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String id : ids) {
            Optional<Sheet> held = known.get(kind.id(id));
            if (held == null) {
                unknown.add(id);
            } else {
                held.ifPresent(sheet -> sheets.add(sheet.again()));
            }
        }
        if (!unknown.isEmpty()) {
            List<Sheet> read = super.sheets(kind, unknown);
            unknown.forEach(id -> known.put(kind.id(id), Optional.empty()));
            remember(kind, read);
            sheets.addAll(read);
        }
        return sheets;
    }

    @Override
    public <E extends Entity<E>> E put(E entity) {
        for (UniqueKey key : entity.uniqueKeys()) {
            Optional<String> holder =
                    holder(key).filter(id -> !id.equals(entity.id().value()));
            if (holder.isPresent()) {
                throw new StoreException(key.kind() + " is taken by `" + holder.get() + "`");
            }
        }
        Kind<E> kind = kinds.of(entity.id());
        E next = entity.withRevision(revision() + 1);
        Sheet sheet = kind.sheet(next);
        Optional<Sheet> before = sheets(kind, List.of(sheet.id())).stream().findFirst();
        if (before.isEmpty()) {
            sql.update(kind.main().insert(), row(next.revision(), sheet));
            RemovalRows.delete(sql, kind.word(), sheet.id());
        } else {
            update(kind, next, sheet, before.get().revision());
        }
        for (Table part : kind.parts()) {
            replace(part, before.map(old -> old.rows(part)).orElse(List.of()), sheet);
        }
        known.put(next.id(), Optional.of(sheet.again(next.revision())));
        removed.remove(next.id());
        changed = true;
        return next;
    }

    private static @Nullable Object[] row(long revision, Sheet sheet) {
        return concat(
                new Object[] {sheet.id(), revision, sheet.count()}, sheet.main().values());
    }

    /** Updates a row that must be as it was read, in a state from which the table of transitions leads to the next. */
    private <E extends Entity<E>> void update(Kind<E> kind, E next, Sheet sheet, long before) {
        @Nullable Object[] values = concat(
                concat(
                        new Object[] {next.revision(), sheet.count()},
                        sheet.main().values()),
                new Object[] {sheet.id(), before});
        if (sql.update(kind.main().update(guard(kind.states(next))), values) != 1) {
            throw new StoreException(kind.word() + " `" + sheet.id() + "` is in a state that cannot become "
                    + kind.states(next).values());
        }
    }

    private static String guard(Map<String, Enum<?>> states) {
        return states.entrySet().stream()
                .map(state -> " AND " + state.getKey() + " IN (" + from(state.getValue()) + ")")
                .collect(Collectors.joining());
    }

    private static String from(Enum<?> next) {
        return Arrays.stream(next.getDeclaringClass().getEnumConstants())
                .filter(state -> allows((Enum<?>) state, next))
                .map(state -> "'" + ((Enum<?>) state).name() + "'")
                .collect(Collectors.joining(", "));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // both are constants of one type
    private static boolean allows(Enum from, Enum next) {
        return Transitions.allows(from, next);
    }

    private void replace(Table part, List<Row> before, Sheet sheet) {
        List<Row> after = sheet.rows(part);
        if (before.equals(after)) {
            return;
        }
        if (!before.isEmpty()) {
            sql.update("DELETE FROM " + part.name() + " WHERE " + part.key() + " = ?", sheet.id());
        }
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int seq = 0; seq < after.size(); seq++) {
            rows.add(concat(new Object[] {sheet.id(), seq}, after.get(seq).values()));
        }
        sql.batch(part.insert(), rows);
    }

    private static @Nullable Object[] concat(@Nullable Object[] some, @Nullable Object[] more) {
        @Nullable Object[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Override
    public void remove(Id<?> id) {
        Table table = kinds.of(id).main();
        known.put(id, Optional.empty());
        if (sql.update("DELETE FROM " + table.name() + " WHERE id = ?", id.value()) > 0) {
            removed.add(id);
            changed = true;
        }
    }

    @Override
    public void record(AuditEntry entry) {
        entries.add(entry);
    }

    /** Writes what comes with all that was done; only the commit is left then. Returns whether anything was changed. */
    boolean finish(String token) {
        long next = revision() + (changed ? 1 : 0);
        if (changed) {
            sql.update("UPDATE access_revision SET latest = ? WHERE id = 1", next);
            RemovalRows.write(sql, dialect, kinds, removed, next);
        }
        if (changed || !entries.isEmpty()) {
            sql.update("INSERT INTO access_commit (token, revision) VALUES (?, ?)", token, next);
            sql.update("DELETE FROM access_commit WHERE revision < ?", next - COMMITS_KEPT);
            AuditRows.write(sql, entries);
        }
        return changed;
    }
}
