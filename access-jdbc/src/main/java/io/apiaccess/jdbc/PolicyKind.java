package io.apiaccess.jdbc;

import io.apiaccess.entity.Id;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.LimitTerms;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyCondition;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.policy.TokenBucket;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Policies: their limits, time windows, addresses and conditions. */
final class PolicyKind extends Kind<Policy> {
    private static final String KEY = "policy_id";
    private static final Table MAIN = Table.main(
            "access_policy", "name", "description", "project", "shared:FLAG", "shadow:FLAG", "restricted:FLAG");
    private static final Table LABELS = Table.part("access_policy_label", KEY, "label");
    private static final Table LIMITS = Table.part(
            "access_policy_limit",
            KEY,
            "kind",
            "name",
            "scope",
            "shadow:FLAG",
            "failure_mode",
            "failure_part:NUMBER",
            "failure_parts:NUMBER",
            "units:NUMBER",
            "refill:NUMBER",
            "period_length:TIME",
            "anchor_instant:TIME",
            "calendar_unit",
            "first_weekday",
            "first_month:NUMBER",
            "first_day:NUMBER",
            "zone_id");
    private static final Table WINDOWS = Table.part(
            "access_policy_window",
            KEY,
            "monday:FLAG",
            "tuesday:FLAG",
            "wednesday:FLAG",
            "thursday:FLAG",
            "friday:FLAG",
            "saturday:FLAG",
            "sunday:FLAG",
            "from_time",
            "until_time",
            "zone_id");
    private static final Table RANGES = Table.part("access_policy_range", KEY, "verdict", "cidr");
    private static final Table CONDITIONS = Table.part("access_policy_condition", KEY, "name");
    private static final Table PARAMETERS =
            Table.part("access_policy_parameter", KEY, "condition_seq:NUMBER", "name", "content");

    PolicyKind() {
        super(Policy.class, PolicyId::new, MAIN, LABELS, LIMITS, WINDOWS, RANGES, CONDITIONS, PARAMETERS);
    }

    @Override
    void write(Policy policy, Sheet sheet) {
        sheet.main(
                policy.name(),
                policy.description(),
                policy.project(),
                policy.isShared(),
                policy.isShadow(),
                policy.addresses().allowed().isPresent());
        policy.labels().forEach(label -> sheet.add(LABELS, label));
        // Of a policy in shadow all limits say that they are; what each was declared as is asked of the same in force.
        for (Limit limit : policy.toBuilder().shadow(false).build().limits()) {
            write(limit, sheet);
        }
        for (TimeWindow window : policy.windows()) {
            Set<DayOfWeek> days = window.days();
            sheet.add(
                    WINDOWS,
                    days.contains(DayOfWeek.MONDAY),
                    days.contains(DayOfWeek.TUESDAY),
                    days.contains(DayOfWeek.WEDNESDAY),
                    days.contains(DayOfWeek.THURSDAY),
                    days.contains(DayOfWeek.FRIDAY),
                    days.contains(DayOfWeek.SATURDAY),
                    days.contains(DayOfWeek.SUNDAY),
                    window.from(),
                    window.until(),
                    window.zone().getId());
        }
        Addresses.write(policy.addresses(), (verdict, range) -> sheet.add(RANGES, verdict, range));
        for (PolicyCondition condition : policy.conditions()) {
            int seq = sheet.add(CONDITIONS, condition.name());
            condition.parameters().forEach((name, content) -> sheet.add(PARAMETERS, seq, name, content));
        }
    }

    @Override
    Policy read(Sheet sheet) {
        Row main = sheet.main();
        Policy.Builder policy = Policy.named(main.text())
                .id(new PolicyId(sheet.id()))
                .description(main.textOrNull())
                .project(main.textOrNull())
                .shared(main.flag())
                .shadow(main.flag());
        Addresses addresses = new Addresses(main.flag());
        sheet.rows(LABELS).forEach(row -> policy.label(row.text()));
        sheet.rows(LIMITS).forEach(row -> policy.limit(limit(row)));
        sheet.rows(WINDOWS).forEach(row -> policy.during(window(row)));
        sheet.rows(RANGES).forEach(row -> addresses.add(row.text(), row.text()));
        List<Row> conditions = sheet.rows(CONDITIONS);
        Row.requireOwners(sheet.rows(PARAMETERS), conditions.size());
        for (int seq = 0; seq < conditions.size(); seq++) {
            policy.condition(conditions.get(seq).text(), parameters(sheet, seq));
        }
        return policy.addresses(addresses.rules()).build();
    }

    private static Map<String, String> parameters(Sheet sheet, int seq) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Row row : sheet.rows(PARAMETERS)) {
            if (row.again().index() == seq) {
                parameters.put(row.text(), row.text());
            }
        }
        return parameters;
    }

    private static void write(Limit limit, Sheet sheet) {
        LimitTerms terms = limit.terms();
        FailureMode.@Nullable Local local = terms.failureMode() instanceof FailureMode.Local it ? it : null;
        @Nullable Object[] common = {
            terms.name(),
            terms.scope(),
            terms.shadow(),
            local != null ? "LOCAL" : terms.failureMode(),
            local == null ? null : local.part(),
            local == null ? null : local.parts(),
            limit.max()
        };
        if (limit instanceof RateLimit rate) {
            add(sheet, "RATE", common, null, rate.period(), null, null, null, null, null, null);
        } else if (limit instanceof TokenBucket bucket) {
            add(sheet, "BUCKET", common, bucket.refill(), bucket.period(), null, null, null, null, null, null);
        } else if (limit instanceof Quota quota) {
            write(quota.period(), common, sheet);
        } else {
            throw new IllegalStateException("limit `" + limit + "` is of a kind that is not kept");
        }
    }

    private static void write(QuotaPeriod period, @Nullable Object[] common, Sheet sheet) {
        if (period instanceof QuotaPeriod.Hours hours) {
            add(
                    sheet,
                    "HOURS",
                    common,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    hours.zone().getId());
        } else if (period instanceof QuotaPeriod.Dates dates) {
            add(
                    sheet,
                    "DATES",
                    common,
                    null,
                    null,
                    null,
                    dates.unit().name(),
                    dates.weekday(),
                    dates.anchor().getMonthValue(),
                    dates.anchor().getDayOfMonth(),
                    dates.zone().getId());
        } else if (period instanceof QuotaPeriod.Fixed fixed) {
            add(sheet, "FIXED", common, null, fixed.length(), fixed.anchor(), null, null, null, null, null);
        } else {
            throw new IllegalStateException("quota period `" + period + "` is of a kind that is not kept");
        }
    }

    private static void add(Sheet sheet, String kind, @Nullable Object[] common, @Nullable Object... more) {
        @Nullable Object[] values = new Object[1 + common.length + more.length];
        values[0] = kind;
        System.arraycopy(common, 0, values, 1, common.length);
        System.arraycopy(more, 0, values, 1 + common.length, more.length);
        sheet.add(LIMITS, values);
    }

    private static Limit limit(Row row) {
        String kind = row.text();
        String name = row.text();
        LimitScope scope = row.constant(LimitScope.class);
        boolean shadow = row.flag();
        LimitTerms terms = new LimitTerms(name, scope, shadow, failureMode(row));
        long max = row.number();
        @Nullable Long refill = row.numberOrNull();
        return switch (kind) {
            case "RATE" -> new RateLimit(terms, max, row.length());
            case "BUCKET" -> new TokenBucket(terms, max, Row.required(refill), row.length());
            default -> new Quota(terms, max, period(kind, row));
        };
    }

    private static FailureMode failureMode(Row row) {
        String mode = row.text();
        @Nullable Long part = row.numberOrNull();
        @Nullable Long parts = row.numberOrNull();
        return switch (mode) {
            case "OPEN" -> FailureMode.open();
            case "CLOSED" -> FailureMode.closed();
            case "LOCAL" -> FailureMode.local(Row.required(part), Row.required(parts));
            default -> throw new IllegalStateException("failure mode `" + mode + "` is unknown");
        };
    }

    private static QuotaPeriod period(String kind, Row row) {
        @Nullable Duration length = row.lengthOrNull();
        @Nullable Instant anchor = row.instantOrNull();
        @Nullable String unit = row.textOrNull();
        @Nullable String weekday = row.textOrNull();
        @Nullable Long month = row.numberOrNull();
        @Nullable Long day = row.numberOrNull();
        @Nullable String zone = row.textOrNull();
        return switch (kind) {
            case "FIXED" -> new QuotaPeriod.Fixed(Row.required(length), Row.required(anchor));
            case "HOURS" -> new QuotaPeriod.Hours(ZoneId.of(Row.required(zone)));
            case "DATES" ->
                new QuotaPeriod.Dates(
                        ChronoUnit.valueOf(Row.required(unit)),
                        DayOfWeek.valueOf(Row.required(weekday)),
                        MonthDay.of(Math.toIntExact(Row.required(month)), Math.toIntExact(Row.required(day))),
                        ZoneId.of(Row.required(zone)));
            default -> throw new IllegalStateException("kind of limit `" + kind + "` is unknown");
        };
    }

    private static TimeWindow window(Row row) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            if (row.flag()) {
                days.add(day);
            }
        }
        return new TimeWindow(days, LocalTime.parse(row.text()), LocalTime.parse(row.text()), ZoneId.of(row.text()));
    }

    @Override
    Map<String, Enum<?>> states(Policy policy) {
        return Map.of();
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.of();
    }
}
