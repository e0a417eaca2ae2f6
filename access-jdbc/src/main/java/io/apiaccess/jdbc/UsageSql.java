package io.apiaccess.jdbc;

/**
 * Statements that add to a row which may not be there yet, as each database has them.
 *
 * @param addKey adds what calls have in common, unless it is there
 * @param addCalls adds calls to a count
 * @param addNode adds a node, unless it is there
 * @param use sets when a profile was last used, unless that is later already
 */
record UsageSql(String addKey, String addCalls, String addNode, String use) {
    private static final String KEY =
            "INSERT INTO access_usage_key (key_hash, caller, client_id, profile_id, api_key_id,"
                    + " collection_id, route, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String CALLS =
            "INSERT INTO access_usage (length, started_at, key_hash, calls) VALUES (?, ?, ?, ?)";
    private static final String NODE = "INSERT INTO access_usage_node (node, batch, added_at) VALUES (?, ?, ?)";
    private static final String USE = "INSERT INTO access_last_use (profile_id, api_key_id, used_at) VALUES (?, ?, ?)";

    static UsageSql of(Dialect dialect) {
        return switch (dialect) {
            case H2 ->
                new UsageSql(
                        merge(
                                "access_usage_key",
                                "key_hash, caller, client_id, profile_id, api_key_id, collection_id, route, reason",
                                "t.key_hash = s.key_hash",
                                ""),
                        merge(
                                "access_usage",
                                "length, started_at, key_hash, calls",
                                "t.length = s.length AND t.started_at = s.started_at AND t.key_hash = s.key_hash",
                                "t.calls = t.calls + s.calls"),
                        merge("access_usage_node", "node, batch, added_at", "t.node = s.node", ""),
                        merge(
                                "access_last_use",
                                "profile_id, api_key_id, used_at",
                                "t.profile_id = s.profile_id AND t.api_key_id = s.api_key_id",
                                "t.used_at = GREATEST(t.used_at, s.used_at)"));
            case POSTGRESQL ->
                new UsageSql(
                        KEY + " ON CONFLICT DO NOTHING",
                        CALLS + " ON CONFLICT (length, started_at, key_hash) DO UPDATE SET calls = access_usage.calls"
                                + " + excluded.calls",
                        NODE + " ON CONFLICT DO NOTHING",
                        USE + " ON CONFLICT (profile_id, api_key_id) DO UPDATE SET used_at ="
                                + " GREATEST(access_last_use.used_at, excluded.used_at)");
            case MARIADB ->
                new UsageSql(
                        KEY + " ON DUPLICATE KEY UPDATE key_hash = key_hash",
                        CALLS + " ON DUPLICATE KEY UPDATE calls = calls + VALUES(calls)",
                        NODE + " ON DUPLICATE KEY UPDATE node = node",
                        USE + " ON DUPLICATE KEY UPDATE used_at = GREATEST(used_at, VALUES(used_at))");
        };
    }

    private static String merge(String table, String columns, String match, String update) {
        String[] names = columns.split(", ", -1);
        StringBuilder values = new StringBuilder();
        StringBuilder inserted = new StringBuilder();
        for (String name : names) {
            values.append(values.isEmpty() ? "" : ", ")
                    .append("CAST(? AS ")
                    .append(type(name))
                    .append(") ")
                    .append(name);
            inserted.append(inserted.isEmpty() ? "s." : ", s.").append(name);
        }
        return "MERGE INTO " + table + " t USING (SELECT " + values + ") s ON " + match
                + (update.isEmpty() ? "" : " WHEN MATCHED THEN UPDATE SET " + update)
                + " WHEN NOT MATCHED THEN INSERT ("
                + columns + ") VALUES (" + inserted + ")";
    }

    private static String type(String column) {
        return switch (column) {
            case "key_hash" -> "BINARY(32)";
            case "started_at", "calls", "batch", "added_at", "used_at" -> "BIGINT";
            default -> "VARCHAR";
        };
    }
}
