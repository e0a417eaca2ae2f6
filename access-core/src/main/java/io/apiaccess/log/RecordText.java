package io.apiaccess.log;

import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.HttpMethod;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records as lines of JSON, and back. */
final class RecordText {
    private static final String ALLOWED = "allowed";
    private static final Map<String, DenyReason> REASONS = new HashMap<>();

    static {
        for (DenyReason reason : DenyReason.values()) {
            REASONS.put(reason.code(), reason);
        }
    }

    private RecordText() {}

    static String of(DecisionRecord it) {
        Line line = new Line();
        line.text("at", it.at().toString());
        line.text("decision", it.reason().isPresent() ? "denied" : ALLOWED);
        line.optional("reason", it.reason().map(DenyReason::code));
        line.optional("client", it.client());
        line.optional("profile", it.profile());
        line.optional("key", it.key());
        line.optional("collection", it.collection());
        line.optional("route", it.route());
        line.optional("method", it.method().map(HttpMethod::name));
        line.optional("path", it.path());
        line.flag("pathCut", it.isPathCut());
        line.optional("address", it.address());
        it.cost().ifPresent(cost -> line.raw("cost", String.valueOf(cost)));
        it.scopes().ifPresent(scopes -> line.text("scope", String.join(" ", new TreeSet<>(scopes))));
        line.raw("revision", String.valueOf(it.revision()));
        line.raw("micros", String.valueOf(it.took().toNanos() / 1_000));
        line.flag("degraded", it.isDegraded());
        if (it.sampling() < 1) {
            line.raw("sampling", BigDecimal.valueOf(it.sampling()).toPlainString());
        }
        return line.end();
    }

    static DecisionRecord parse(String line) {
        try {
            return of(StrictJson.object(line));
        } catch (MalformedException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw new IllegalArgumentException(Faults.quote(line) + " is no line of a decision log", e);
        }
    }

    private static DecisionRecord of(Map<String, @Nullable Object> line) {
        boolean allowed = text(line, "decision").orElse("").equals(ALLOWED);
        Optional<DenyReason> reason = text(line, "reason").map(RecordText::reason);
        if (allowed == reason.isPresent()) {
            throw new IllegalArgumentException("neither allowed nor denied for a reason");
        }
        return new DecisionRecord(
                Instant.parse(text(line, "at").orElse("")),
                reason,
                text(line, "client").map(ClientId::new),
                text(line, "profile").map(ProfileId::new),
                text(line, "key").map(KeyId::new),
                text(line, "collection").map(CollectionId::new),
                text(line, "route"),
                text(line, "method").map(HttpMethod::of),
                text(line, "path"),
                Boolean.TRUE.equals(line.get("pathCut")),
                text(line, "address").flatMap(CallerAddress::parse),
                line.get("cost") instanceof BigDecimal cost ? OptionalLong.of(cost(cost)) : OptionalLong.empty(),
                text(line, "scope").map(RecordText::scopes),
                number(line, "revision", BigDecimal.ZERO).longValueExact(),
                Duration.ofNanos(number(line, "micros", BigDecimal.ZERO)
                        .multiply(BigDecimal.valueOf(1_000))
                        .longValueExact()),
                Boolean.TRUE.equals(line.get("degraded")),
                number(line, "sampling", BigDecimal.ONE).doubleValue());
    }

    private static long cost(BigDecimal units) {
        if (units.signum() < 0) {
            throw new IllegalArgumentException("cost " + Faults.quote(units) + " is below 0");
        }
        return units.longValueExact();
    }

    private static DenyReason reason(String code) {
        DenyReason reason = REASONS.get(code);
        if (reason == null) {
            throw new IllegalArgumentException("reason " + Faults.quote(code) + " is none that is known");
        }
        return reason;
    }

    private static Set<String> scopes(String text) {
        Set<String> scopes = new LinkedHashSet<>(List.of(text.split(" ", -1)));
        scopes.remove("");
        return scopes;
    }

    private static Optional<String> text(Map<String, @Nullable Object> line, String name) {
        return line.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static BigDecimal number(Map<String, @Nullable Object> line, String name, BigDecimal absent) {
        return line.get(name) instanceof BigDecimal number ? number : absent;
    }

    /** A line that is written. Not thread-safe. */
    private static final class Line {
        private final StringBuilder out = new StringBuilder("{");

        void text(String name, String value) {
            StringBuilder quoted = new StringBuilder("\"");
            value.codePoints().forEach(c -> append(quoted, c));
            raw(name, quoted.append('"').toString());
        }

        void optional(String name, Optional<?> value) {
            value.ifPresent(present -> text(name, present.toString()));
        }

        void flag(String name, boolean value) {
            if (value) {
                raw(name, "true");
            }
        }

        void raw(String name, String json) {
            out.append(out.length() == 1 ? "\"" : ",\"")
                    .append(name)
                    .append("\":")
                    .append(json);
        }

        String end() {
            return out.append('}').toString();
        }

        private static void append(StringBuilder quoted, int c) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (isVisible(c)) {
                quoted.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) half));
                }
            }
        }

        /** Marks of direction and of tags can make a line look like another. */
        private static boolean isVisible(int c) {
            return switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> false;
                default -> true;
            };
        }
    }
}
