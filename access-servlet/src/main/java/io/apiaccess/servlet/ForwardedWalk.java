package io.apiaccess.servlet;

import io.apiaccess.policy.AddressRange;
import io.apiaccess.request.CallerAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The walk from the peer of the connection to the caller (N4): from the right, past every hop that is a listed proxy, to
 * the first that is none; if all are listed, the farthest. Immutable.
 *
 * <p>What any other peer says is not read. What cannot be read on the way is no address.
 */
final class ForwardedWalk {
    private final @Nullable ForwardedHeader header;
    private final List<AddressRange> proxies;
    private final boolean required;

    /**
     * Returns the walk along a header; without one, the peer is the caller.
     *
     * @param required whether there is no address unless a listed proxy says whom it forwards for
     */
    ForwardedWalk(@Nullable ForwardedHeader header, List<AddressRange> proxies, boolean required) {
        this.header = header;
        this.proxies = List.copyOf(proxies);
        this.required = required;
    }

    Optional<CallerAddress> caller(HttpServletRequest request) {
        String remote = request.getRemoteAddr();
        Optional<CallerAddress> peer = remote == null ? Optional.empty() : Node.peer(remote);
        return header == null ? peer : caller(peer, HeaderText.lines(request, header.field()));
    }

    /** Returns the caller behind a peer that sent these lines of the header. */
    Optional<CallerAddress> caller(Optional<CallerAddress> peer, List<String> lines) {
        if (header == null || peer.isEmpty() || !isProxy(peer.get()) || lines.isEmpty()) {
            return required ? Optional.empty() : peer;
        }
        if (lines.stream().mapToLong(String::length).sum() > HeaderText.MAX_LENGTH) {
            return Optional.empty();
        }
        Optional<CallerAddress> reached = peer;
        for (int i = lines.size() - 1; i >= 0; i--) {
            List<String> hops = header.hops(lines.get(i)).orElse(List.of(""));
            for (int j = hops.size() - 1; j >= 0; j--) {
                reached = header.address(hops.get(j));
                if (reached.isEmpty() || !isProxy(reached.get())) {
                    return reached;
                }
            }
        }
        return reached;
    }

    private boolean isProxy(CallerAddress address) {
        for (AddressRange range : proxies) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
