package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From where a caller may call: a list of allowed ranges, or none and so from anywhere, and a list of blocked ranges,
 * which wins. Immutable.
 */
public final class AddressRules {
    private static final AddressRules UNRESTRICTED = new AddressRules(null, List.of());
    private static final AddressRules NONE = new AddressRules(List.of(), List.of());

    private final @Nullable List<AddressRange> allowed;
    private final List<AddressRange> blocked;
    private final RangeTable allowedTable;
    private final RangeTable blockedTable;

    private AddressRules(@Nullable List<AddressRange> allowed, List<AddressRange> blocked) {
        this.allowed = allowed == null ? null : distinct(allowed.stream());
        this.blocked = distinct(blocked.stream());
        this.allowedTable = RangeTable.of(allowed == null ? List.of() : allowed);
        this.blockedTable = RangeTable.of(blocked);
    }

    /** Returns the rules that allow every caller, also one whose address is unknown. */
    public static AddressRules unrestricted() {
        return UNRESTRICTED;
    }

    /** Returns the rules that allow no address. */
    public static AddressRules none() {
        return NONE;
    }

    /** Starts rules without a restriction. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these rules. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.allowed = allowed == null ? null : new ArrayList<>(allowed);
        builder.blocked.addAll(blocked);
        return builder;
    }

    /** Returns whether there is no rule at all. */
    public boolean isUnrestricted() {
        return allowed == null && blocked.isEmpty();
    }

    /** Returns whether an address lies in a blocked range. */
    public boolean blocks(CallerAddress address) {
        return blockedTable.contains(address);
    }

    /** Returns whether an address lies in an allowed range, or no range is named; blocked ranges are not looked at. */
    public boolean allows(CallerAddress address) {
        return allowed == null || allowedTable.contains(address);
    }

    /** Returns the allowed ranges; nothing means from anywhere. */
    public Optional<List<AddressRange>> allowed() {
        return Optional.ofNullable(allowed);
    }

    /** Returns the blocked ranges. */
    public List<AddressRange> blocked() {
        return blocked;
    }

    /** Returns these rules with the blocked ranges of others added. */
    public AddressRules blockingAlso(AddressRules others) {
        return others.blocked.isEmpty()
                ? this
                : new AddressRules(allowed, distinct(Stream.concat(blocked.stream(), others.blocked.stream())));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRules rules
                && Objects.equals(allowed, rules.allowed)
                && blocked.equals(rules.blocked);
    }

    @Override
    public int hashCode() {
        return Objects.hash(allowed, blocked);
    }

    @Override
    public String toString() {
        String text = allowed == null ? "from anywhere" : allowed.isEmpty() ? "from nowhere" : "from " + allowed;
        return blocked.isEmpty() ? text : text + " except " + blocked;
    }

    private static List<AddressRange> distinct(Stream<AddressRange> ranges) {
        return ranges.distinct().toList();
    }

    /** Builds address rules. Not thread-safe. */
    public static final class Builder {
        private @Nullable List<AddressRange> allowed;
        private final List<AddressRange> blocked = new ArrayList<>();

        private Builder() {}

        /** Allows the ranges of a comma-separated list, beside those allowed before. */
        public Builder allow(String ranges) {
            List<AddressRange> parsed = parse(ranges, "AddressRules.none()");
            if (allowed == null) {
                allowed = new ArrayList<>();
            }
            allowed.addAll(parsed);
            return this;
        }

        /** Blocks the ranges of a comma-separated list, beside those blocked before. */
        public Builder block(String ranges) {
            blocked.addAll(parse(ranges, "no block list"));
            return this;
        }

        /** Returns the rules. */
        public AddressRules build() {
            return allowed == null && blocked.isEmpty() ? UNRESTRICTED : new AddressRules(allowed, blocked);
        }

        private static List<AddressRange> parse(String ranges, String instead) {
            if (ranges.isBlank()) {
                throw new IllegalArgumentException(
                        "address list " + Faults.quote(ranges) + " is empty: for an empty list give " + instead);
            }
            return AddressRange.parseList(ranges);
        }
    }
}
