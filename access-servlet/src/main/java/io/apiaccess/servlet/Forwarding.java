package io.apiaccess.servlet;

import io.apiaccess.check.Faults;
import io.apiaccess.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options that say whose word counts for where a caller is. Not thread-safe. */
final class Forwarding {
    private final Faults faults;
    private @Nullable ForwardedHeader header;
    private final List<AddressRange> proxies = new ArrayList<>();
    private boolean listed;
    private boolean required;

    Forwarding(Faults faults) {
        this.faults = faults;
    }

    void header(ForwardedHeader header) {
        this.header = Objects.requireNonNull(header, "header");
    }

    void proxies(String ranges) {
        listed = true;
        faults.gather(() -> proxies.addAll(AddressRange.parseList(ranges)));
    }

    void require(boolean required) {
        this.required = required;
    }

    /** Adds what is wrong with them. */
    void check() {
        faults.require(
                (header != null) == listed, "`forwardedHeader` and `trustedProxies` go together: set both or none");
        faults.require(
                !required || header != null,
                "`requireForwarded` is set without `forwardedHeader` and `trustedProxies`");
    }

    ForwardedWalk walk() {
        return new ForwardedWalk(header, proxies, required);
    }
}
