package io.apiaccess.jdbc;

import io.apiaccess.entity.Id;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans. */
final class PlanKind extends Kind<Plan> {
    private static final Table MAIN =
            Table.main("access_plan", "name", "version_label", "project", "shared:FLAG", "policy_id", "status");
    private static final Table LABELS = Table.part("access_plan_label", "plan_id", "label");

    PlanKind() {
        super(Plan.class, PlanId::new, MAIN, LABELS);
    }

    @Override
    void write(Plan plan, Sheet sheet) {
        sheet.main(plan.name(), plan.version(), plan.project(), plan.isShared(), plan.policy(), plan.status());
        plan.labels().forEach(label -> sheet.add(LABELS, label));
    }

    @Override
    Plan read(Sheet sheet) {
        Row main = sheet.main();
        String name = main.text();
        @Nullable String version = main.textOrNull();
        @Nullable String project = main.textOrNull();
        boolean shared = main.flag();
        Plan.Builder plan = Plan.named(name, new PolicyId(main.text()))
                .id(new PlanId(sheet.id()))
                .version(version)
                .project(project)
                .shared(shared);
        sheet.rows(LABELS).forEach(row -> plan.label(row.text()));
        return plan.build().withStatus(main.constant(PlanStatus.class));
    }

    @Override
    Map<String, Enum<?>> states(Plan plan) {
        return Map.of("status", plan.status());
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(refer(PolicyId.class, "access_plan policy_id"));
    }
}
