package io.apiaccess.servlet;

import io.apiaccess.request.CallerAddress;
import java.util.List;
import java.util.Optional;

/** The header in which proxies say whom they forward for. */
public enum ForwardedHeader {
    /** {@code Forwarded} (RFC 7239), whose {@code for} parameters are the hops. */
    FORWARDED("Forwarded") {
        @Override
        Optional<List<String>> hops(String line) {
            return ForwardedLine.hops(line);
        }

        @Override
        Optional<CallerAddress> address(String hop) {
            return Node.hop(hop);
        }
    },
    /** {@code X-Forwarded-For}: a comma-separated list of the hops. */
    X_FORWARDED_FOR("X-Forwarded-For") {
        @Override
        Optional<List<String>> hops(String line) {
            return Optional.of(List.of(line.split(",", -1)));
        }

        @Override
        Optional<CallerAddress> address(String hop) {
            return Node.looseHop(HeaderText.trim(hop));
        }
    };

    private final String field;

    ForwardedHeader(String field) {
        this.field = field;
    }

    /** Returns the name of the header. */
    String field() {
        return field;
    }

    /** Returns the texts of the hops of one header line, nearest last, or nothing if the line is not of the syntax. */
    abstract Optional<List<String>> hops(String line);

    /** Returns the address in the text of a hop, or nothing if there is none. */
    abstract Optional<CallerAddress> address(String hop);

    @Override
    public String toString() {
        return field;
    }
}
