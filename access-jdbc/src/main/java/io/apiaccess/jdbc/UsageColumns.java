package io.apiaccess.jdbc;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a query tells apart and asks for, in columns of access_usage_key. */
final class UsageColumns {
    private UsageColumns() {}

    static List<String> of(Set<UsageDimension> by) {
        Set<String> columns = new LinkedHashSet<>();
        for (UsageDimension dimension : UsageDimension.values()) {
            if (by.contains(dimension)) {
                columns.addAll(
                        switch (dimension) {
                            case CLIENT -> List.of("k.caller", "k.client_id");
                            case PROFILE -> List.of("k.caller", "k.client_id", "k.profile_id");
                            case KEY -> List.of("k.caller", "k.client_id", "k.profile_id", "k.api_key_id");
                            case COLLECTION -> List.of("k.collection_id");
                            case ROUTE -> List.of("k.collection_id", "k.route");
                            case REASON -> List.of("k.reason");
                        });
            }
        }
        return List.copyOf(columns);
    }

    /** Returns the conditions of a filter, and adds their values. */
    static String where(UsageQuery.Filter only, List<Object> values) {
        StringBuilder where = new StringBuilder();
        add(where, values, "client_id", only.client().map(ClientId::value));
        add(where, values, "profile_id", only.profile().map(ProfileId::value));
        add(where, values, "api_key_id", only.key().map(KeyId::value));
        add(where, values, "collection_id", only.collection().map(CollectionId::value));
        add(where, values, "route", only.route());
        return where.toString();
    }

    private static void add(StringBuilder where, List<Object> values, String column, Optional<String> value) {
        value.ifPresent(present -> {
            where.append(" AND k.").append(column).append(" = ?");
            values.add(present);
        });
    }
}
