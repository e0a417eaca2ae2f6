package io.apiaccess.bench;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.ProfileId;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AccessStore;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The load as rows: policy and collections by way of the store, clients, profiles and keys by plain batches. */
final class Rows {
    private static final int BATCH = 1_000;
    private static final int COMMIT = 20_000;

    /** All tables with rows, and for how many columns. */
    private static final Map<String, String> INSERTED = new LinkedHashMap<>();

    private static final List<String> OTHERS =
            List.of("access_policy", "access_policy_limit", "access_collection", "access_route", "access_route_method");

    static {
        INSERTED.put("access_client", "id, revision, parts, name, registration, status");
        INSERTED.put("access_profile", "id, revision, parts, client_id, name, status");
        INSERTED.put(
                "access_terms",
                "profile_id, seq, stage, policy_id, restricted, proof, introspected, expires, certified, by_thumbprint,"
                        + " by_subject");
        INSERTED.put(
                "access_grant", "profile_id, seq, stage, collection_id, held_collection_id, all_scopes, read_only");
        INSERTED.put("access_profile_range", "profile_id, seq, stage, verdict, cidr");
        INSERTED.put(
                "access_key", "id, revision, parts, profile_id, digest, used_for, hint, imported, status, created_at");
    }

    /** The names of all tables with rows. */
    static final List<String> TABLES =
            Stream.concat(OTHERS.stream(), INSERTED.keySet().stream()).toList();

    private final List<Table> tables = new ArrayList<>();
    private final String policy;
    private final List<String> collections;
    private final BigDecimal now = BigDecimal.valueOf(System.currentTimeMillis() / 1_000);

    private Rows(String policy, List<String> collections) {
        this.policy = policy;
        this.collections = collections;
    }

    /** Writes the load into an empty store and its database, and returns the texts of the keys. */
    static String[] insert(Database database, AccessStore store, int profiles) throws SQLException {
        Rows rows = store.write(to -> {
            Policy policy = to.put(Load.gold());
            List<String> collections = new ArrayList<>();
            for (int i = 0; i < Load.COLLECTIONS; i++) {
                ApiCollection stored = to.put(Load.collection(i));
                collections.add(stored.id().value());
            }
            return new Rows(policy.id().value(), collections);
        });
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(database.hasten());
            String[] keys = rows.insert(connection, profiles);
            connection.commit();
            connection.setAutoCommit(true);
            database.settle();
            return keys;
        }
    }

    private String[] insert(Connection connection, int profiles) throws SQLException {
        try {
            for (Map.Entry<String, String> table : INSERTED.entrySet()) {
                tables.add(Table.of(connection, table.getKey(), table.getValue()));
            }
            SecureRandom secrets = new SecureRandom();
            String[] keys = new String[profiles];
            for (int i = 0; i < profiles; i++) {
                keys[i] = Load.newKey(secrets);
                insert(i, keys[i]);
                if ((i + 1) % COMMIT == 0) {
                    flush();
                    connection.commit();
                }
            }
            flush();
            return keys;
        } finally {
            for (Table table : tables) {
                table.close();
            }
        }
    }

    private void insert(int number, String text) throws SQLException {
        String client = id("client", number / Load.CLIENT_SIZE);
        String profile = id("profile", number);
        int parts = 1 + Load.GRANTED + Load.ranges(number).size();
        if (number % Load.CLIENT_SIZE == 0) {
            add("access_client", client, 1, 0, "client " + number / Load.CLIENT_SIZE, "AUTOMATIC", "ACTIVE");
        }
        add("access_profile", profile, 1, parts, client, "profile " + number, "ACTIVE");
        add("access_terms", profile, 0, "PRESENT", policy, true, "AUTH_TOKEN", false, false, false, false, false);
        for (int i = 0; i < Load.GRANTED; i++) {
            String collection = collections.get((number + i) % Load.COLLECTIONS);
            add("access_grant", profile, i, "PRESENT", collection, collection, true, false);
        }
        int seq = 0;
        for (String range : Load.ranges(number)) {
            add("access_profile_range", profile, seq++, "PRESENT", "ALLOW", range);
        }
        ApiKey key = Load.key(text, new ProfileId(profile));
        add(
                "access_key",
                key.id().value(),
                1,
                0,
                profile,
                key.digest().bytes(),
                "CALLS",
                key.hint(),
                false,
                "ENABLED",
                now);
    }

    /** Returns an id as long as those that are drawn. */
    private static String id(String what, int number) {
        return String.format(Locale.ROOT, "%s-%0" + (21 - what.length()) + "d", what, number);
    }

    private void add(String table, Object... values) throws SQLException {
        for (Table each : tables) {
            if (each.name.equals(table)) {
                each.add(values);
            }
        }
    }

    private void flush() throws SQLException {
        for (Table table : tables) {
            table.statement.executeBatch();
        }
    }

    /** A table on the way to which rows are. */
    private static final class Table implements AutoCloseable {
        private final String name;
        private final PreparedStatement statement;
        private int waiting;

        private Table(String name, PreparedStatement statement) {
            this.name = name;
            this.statement = statement;
        }

        static Table of(Connection connection, String name, String columns) throws SQLException {
            String marks = columns.replaceAll("\\w+", "?");
            return new Table(
                    name,
                    connection.prepareStatement("INSERT INTO " + name + " (" + columns + ") VALUES (" + marks + ")"));
        }

        void add(Object... values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.addBatch();
            if (++waiting % BATCH == 0) {
                statement.executeBatch();
            }
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }

    /**
     * What a plain reading has come across.
     *
     * @param rows how many rows
     * @param hash of all that was in them, so that nothing is left out
     */
    record Read(long rows, int hash) {}

    /** Reads all rows of the load, table by table, one after the other, every column as the driver hands it over. */
    static Read read(Database database) throws SQLException {
        long rows = 0;
        int hash = 0;
        try (Connection connection = database.streaming().getConnection()) {
            connection.setAutoCommit(false);
            for (String name : TABLES) {
                try (Statement statement = connection.createStatement()) {
                    statement.setFetchSize(BATCH);
                    try (ResultSet result = statement.executeQuery("SELECT * FROM " + name)) {
                        int columns = result.getMetaData().getColumnCount();
                        while (result.next()) {
                            rows++;
                            for (int column = 1; column <= columns; column++) {
                                @Nullable Object value = result.getObject(column);
                                hash += Objects.hashCode(value);
                            }
                        }
                    }
                }
            }
            connection.rollback();
        }
        return new Read(rows, hash);
    }
}
