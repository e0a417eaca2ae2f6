package io.apiaccess.document;

import io.apiaccess.check.Faults;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.LimitTerms;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TokenBucket;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Limits as trees, and back. */
final class Limits {
    private static final Pattern SHARE = Pattern.compile("LOCAL ([0-9]{1,18})/([0-9]{1,18})");

    private Limits() {}

    static Map<String, Object> write(Limit limit) {
        Tree tree = new Tree()
                .put("kind", limit.kind().name().toLowerCase(Locale.ROOT))
                .put("name", limit.name())
                .put("max", limit.max());
        if (limit instanceof RateLimit rate) {
            tree.text("period", rate.period());
        } else if (limit instanceof TokenBucket bucket) {
            tree.put("refill", bucket.refill()).text("period", bucket.period());
        } else if (limit instanceof Quota quota) {
            tree.put("each", period(quota.period()));
        }
        tree.text("scope", limit.scope()).flag("shadow", limit.isShadow());
        FailureMode mode = limit.terms().failureMode();
        return (mode.equals(FailureMode.closed()) ? tree : tree.text("onFailure", mode)).members();
    }

    private static Map<String, Object> period(QuotaPeriod period) {
        Tree tree = new Tree();
        if (period instanceof QuotaPeriod.Hours hours) {
            tree.put("unit", "HOUR").text("zone", hours.zone());
        } else if (period instanceof QuotaPeriod.Dates dates) {
            switch (dates.unit()) {
                case DAYS -> tree.put("unit", "DAY");
                case WEEKS -> tree.put("unit", "WEEK").text("from", dates.weekday());
                case MONTHS ->
                    tree.put("unit", "MONTH").text("from", dates.anchor().getDayOfMonth());
                default -> tree.put("unit", "YEAR").text("from", dates.anchor());
            }
            tree.text("zone", dates.zone());
        } else if (period instanceof QuotaPeriod.Fixed fixed) {
            tree.text("length", fixed.length()).text("from", fixed.anchor());
        }
        return tree.members();
    }

    /** Returns the limit of a node, or {@code null} after noting what is wrong with it. */
    static @Nullable Limit read(Node node) {
        String kind = node.need("kind");
        long max = node.number("max", -1);
        LimitTerms terms = new LimitTerms(
                node.need("name"),
                node.choice("scope", LimitScope.class, LimitScope.PROFILE),
                node.flag("shadow", false),
                Objects.requireNonNullElse(node.value("onFailure", Limits::mode), FailureMode.closed()));
        Limit limit = switch (kind) {
            case "rate" -> {
                Duration period = node.must("period", Duration::parse);
                yield period == null ? null : node.build(() -> new RateLimit(terms, max, period));
            }
            case "bucket" -> {
                Duration period = node.must("period", Duration::parse);
                long refill = node.number("refill", -1);
                yield period == null ? null : node.build(() -> new TokenBucket(terms, max, refill, period));
            }
            case "quota" -> {
                QuotaPeriod each = node.build(() -> period(node.needNode("each")));
                yield each == null ? null : node.build(() -> new Quota(terms, max, each));
            }
            default -> {
                node.fault("kind", Faults.quote(kind) + " is none of `rate`, `bucket` and `quota`");
                yield null;
            }
        };
        node.done();
        return limit;
    }

    private static @Nullable QuotaPeriod period(Node node) {
        String from = node.text("from");
        Duration length = node.value("length", Duration::parse);
        if (length != null) {
            node.done();
            return QuotaPeriod.every(length, from == null ? Instant.EPOCH : Instant.parse(from));
        }
        ZoneId zone = node.value("zone", ZoneId::of);
        QuotaPeriod period = switch (node.need("unit")) {
            case "HOUR" -> QuotaPeriod.hourly();
            case "DAY" -> QuotaPeriod.daily();
            case "WEEK" -> QuotaPeriod.weekly(from == null ? DayOfWeek.MONDAY : DayOfWeek.valueOf(from));
            case "MONTH" -> QuotaPeriod.monthly(from == null ? 1 : Integer.parseInt(from));
            case "YEAR" -> QuotaPeriod.yearly(from == null ? MonthDay.of(1, 1) : MonthDay.parse(from));
            default ->
                throw new IllegalArgumentException(
                        "unit is none of `HOUR`, `DAY`, `WEEK`, `MONTH` and `YEAR`, and no length is given");
        };
        node.done();
        return zone == null ? period : period.in(zone);
    }

    private static FailureMode mode(String text) {
        if (text.equals("OPEN")) {
            return FailureMode.open();
        }
        if (text.equals("CLOSED")) {
            return FailureMode.closed();
        }
        Matcher share = SHARE.matcher(text);
        if (!share.matches()) {
            throw new IllegalArgumentException(
                    Faults.quote(text) + " is none of `OPEN`, `CLOSED` and a share such as `LOCAL 1/3`");
        }
        return FailureMode.local(Long.parseLong(share.group(1)), Long.parseLong(share.group(2)));
    }
}
