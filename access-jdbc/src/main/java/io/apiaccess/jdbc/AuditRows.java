package io.apiaccess.jdbc;

import io.apiaccess.client.ClientId;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The audit record in rows; it is kept for 400 days. */
final class AuditRows {
    private static final Duration KEPT = Duration.ofDays(400);
    static final int PAGE = 1_000;

    private static final String COLUMNS =
            "revision, made_at, actor, action, target, project, client_id, before_text, after_text";

    private AuditRows() {}

    static void write(Sql sql, List<AuditEntry> entries) {
        for (AuditEntry entry : entries) {
            long seq = insert(sql, entry);
            List<@Nullable Object[]> changes = new ArrayList<>();
            for (int i = 0; i < entry.changes().size(); i++) {
                changes.add(new Object[] {seq, i, entry.changes().get(i)});
            }
            sql.batch("INSERT INTO access_audit_change (audit_seq, seq, change_text) VALUES (?, ?, ?)", changes);
        }
    }

    /** Deletes the oldest entries of those that are kept no longer, up to a page, and returns how many. */
    static int deleteOld(Sql sql, Dialect dialect) {
        Instant now = sql.first(row -> Row.toInstant(row.getBigDecimal(1)), "SELECT " + dialect.clock())
                .orElseThrow();
        List<Long> old = sql.query(
                row -> row.getLong(1),
                "SELECT seq FROM access_audit WHERE made_at < ? ORDER BY made_at LIMIT ?",
                Row.seconds(now.minus(KEPT)),
                PAGE);
        return old.isEmpty()
                ? 0
                : sql.update("DELETE FROM access_audit WHERE seq IN (" + marks(old.size()) + ")", old.toArray());
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static long insert(Sql sql, AuditEntry entry) {
        String text = "INSERT INTO access_audit (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = sql.connection().prepareStatement(text, new String[] {"seq"})) {
            @Nullable Object[] values = Row.of(
                            entry.revision(),
                            entry.at(),
                            entry.actor(),
                            entry.action(),
                            entry.target(),
                            entry.project(),
                            entry.client(),
                            entry.before(),
                            entry.after())
                    .values();
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
            try (ResultSet key = statement.getGeneratedKeys()) {
                key.next();
                return key.getLong(1);
            }
        } catch (SQLException e) {
            throw Sql.failed(e);
        }
    }

    static List<AuditEntry> read(Sql sql, AuditQuery query) {
        if (query.limit() == 0) {
            return List.of();
        }
        List<Object> values = new ArrayList<>();
        String text = select(query, values);
        Map<Long, AuditEntry> entries = new LinkedHashMap<>();
        Map<Long, List<String>> changes = new LinkedHashMap<>();
        sql.query(row -> entries.put(row.getLong(1), entry(row)), text, values.toArray());
        List<Long> found = List.copyOf(entries.keySet());
        for (int from = 0; from < found.size(); from += PAGE) {
            List<Long> page = found.subList(from, Math.min(found.size(), from + PAGE));
            sql.query(
                    row -> changes.computeIfAbsent(row.getLong(1), seq -> new ArrayList<>())
                            .add(row.getString(2)),
                    "SELECT audit_seq, change_text FROM access_audit_change WHERE audit_seq IN (" + marks(page.size())
                            + ") ORDER BY audit_seq, seq",
                    page.toArray());
        }
        List<AuditEntry> all = new ArrayList<>();
        entries.forEach((seq, entry) -> all.add(with(entry, changes.getOrDefault(seq, List.of()))));
        return Collections.unmodifiableList(all);
    }

    /** Returns the query, and adds what it is asked with. */
    static String select(AuditQuery query, List<Object> values) {
        StringBuilder where = new StringBuilder();
        query.target().ifPresent(target -> condition(where, "target = ?", values, target));
        query.actor().ifPresent(actor -> condition(where, "actor = ?", values, actor));
        query.from().ifPresent(from -> condition(where, "made_at >= ?", values, Row.seconds(from)));
        query.until().ifPresent(until -> condition(where, "made_at < ?", values, Row.seconds(until)));
        query.scope().ifPresent(scope -> within(where, scope, values));
        query.before().ifPresent(number -> condition(where, "seq < ?", values, number));
        values.add(query.limit());
        return "SELECT seq, " + COLUMNS + " FROM access_audit" + where + " ORDER BY seq DESC LIMIT ?";
    }

    private static void within(StringBuilder where, AuditQuery.Scope scope, List<Object> values) {
        List<String> projects = List.copyOf(new TreeSet<>(scope.projects()));
        List<String> clients =
                scope.clients().stream().map(ClientId::value).sorted().toList();
        List<String> parts = new ArrayList<>();
        if (!projects.isEmpty()) {
            parts.add("project IN (" + marks(projects.size()) + ")");
        }
        if (!clients.isEmpty()) {
            parts.add("client_id IN (" + marks(clients.size()) + ")");
        }
        condition(
                where, parts.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", parts) + ")", values, projects.toArray());
        values.addAll(clients);
    }

    private static void condition(StringBuilder where, String condition, List<Object> values, Object... given) {
        where.append(where.length() == 0 ? " WHERE " : " AND ").append(condition);
        values.addAll(List.of(given));
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong(1),
                row.getLong(2),
                Row.toInstant(row.getBigDecimal(3)),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                Optional.ofNullable(row.getString(7)),
                Optional.ofNullable(row.getString(8)).map(ClientId::new),
                Optional.ofNullable(row.getString(9)),
                Optional.ofNullable(row.getString(10)),
                List.of());
    }

    private static AuditEntry with(AuditEntry entry, List<String> changes) {
        return new AuditEntry(
                entry.number(),
                entry.revision(),
                entry.at(),
                entry.actor(),
                entry.action(),
                entry.target(),
                entry.project(),
                entry.client(),
                entry.before(),
                entry.after(),
                changes);
    }
}
