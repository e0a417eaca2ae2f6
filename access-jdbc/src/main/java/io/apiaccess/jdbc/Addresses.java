package io.apiaccess.jdbc;

import io.apiaccess.policy.AddressRules;
import java.util.function.BiConsumer;

/** Address rules on their way from rows. Not thread-safe. */
final class Addresses {
    private static final String ALLOW = "ALLOW";
    private static final String BLOCK = "BLOCK";

    private final AddressRules.Builder rules;

    /** Starts rules, which allow what is added only if they are restricted. */
    Addresses(boolean restricted) {
        rules = (restricted ? AddressRules.none() : AddressRules.unrestricted()).toBuilder();
    }

    static void write(AddressRules rules, BiConsumer<String, Object> row) {
        rules.allowed().ifPresent(ranges -> ranges.forEach(range -> row.accept(ALLOW, range)));
        rules.blocked().forEach(range -> row.accept(BLOCK, range));
    }

    void add(String verdict, String range) {
        switch (verdict) {
            case ALLOW -> rules.allow(range);
            case BLOCK -> rules.block(range);
            default -> throw new IllegalStateException("verdict `" + verdict + "` is unknown");
        }
    }

    AddressRules rules() {
        return rules.build();
    }
}
