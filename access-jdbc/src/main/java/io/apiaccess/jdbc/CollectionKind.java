package io.apiaccess.jdbc;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.PathTemplate;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Publication;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.HttpMethod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collections with their routes and the plans they offer. */
final class CollectionKind extends Kind<ApiCollection> {
    private static final String KEY = "collection_id";
    private static final Table MAIN = Table.main(
            "access_collection",
            "name",
            "version_label",
            "description",
            "project",
            "shared:FLAG",
            "visibility",
            "publication",
            "active:FLAG",
            "base_path",
            "policy_id");
    private static final Table LABELS = Table.part("access_collection_label", KEY, "label");
    private static final Table ROUTES = Table.part("access_route", KEY, "template", "cost:NUMBER", "active:FLAG");
    private static final Table METHODS = Table.part("access_route_method", KEY, "route_seq:NUMBER", "method");
    private static final Table SCOPES = Table.part("access_route_scope", KEY, "route_seq:NUMBER", "scope");
    private static final Table PLANS = Table.part("access_collection_plan", KEY, "plan_id");

    CollectionKind() {
        super(ApiCollection.class, CollectionId::new, MAIN, LABELS, ROUTES, METHODS, SCOPES, PLANS);
    }

    @Override
    void write(ApiCollection collection, Sheet sheet) {
        sheet.main(
                collection.name(),
                collection.version(),
                collection.description(),
                collection.project(),
                collection.isShared(),
                collection.visibility(),
                collection.publication(),
                collection.isActive(),
                collection.basePath(),
                collection.policy());
        collection.labels().forEach(label -> sheet.add(LABELS, label));
        for (Route route : collection.routes()) {
            int seq = sheet.add(ROUTES, route.template(), route.cost(), route.isActive());
            route.methods().stream().sorted().forEach(method -> sheet.add(METHODS, seq, method.name()));
            route.scopes().stream().sorted().forEach(scope -> sheet.add(SCOPES, seq, scope));
        }
        collection.plans().forEach(plan -> sheet.add(PLANS, plan));
    }

    @Override
    ApiCollection read(Sheet sheet) {
        Row main = sheet.main();
        ApiCollection.Builder collection = ApiCollection.named(main.text())
                .id(new CollectionId(sheet.id()))
                .version(main.text())
                .description(main.textOrNull())
                .project(main.textOrNull())
                .shared(main.flag())
                .visibility(main.constant(Visibility.class));
        Publication publication = main.constant(Publication.class);
        boolean active = main.flag();
        @Nullable String basePath = main.textOrNull();
        @Nullable String policy = main.textOrNull();
        if (basePath != null) {
            collection.basePath(basePath);
        }
        collection.policy(policy == null ? null : new PolicyId(policy));
        sheet.rows(LABELS).forEach(row -> collection.label(row.text()));
        List<Row> routes = sheet.rows(ROUTES);
        List<Set<String>> methods = Row.grouped(sheet.rows(METHODS), routes.size());
        List<Set<String>> scopes = Row.grouped(sheet.rows(SCOPES), routes.size());
        for (int seq = 0; seq < routes.size(); seq++) {
            Row row = routes.get(seq);
            Set<HttpMethod> named = new LinkedHashSet<>();
            methods.get(seq).forEach(method -> named.add(HttpMethod.of(method)));
            collection.route(
                    new Route(PathTemplate.parse(row.text()), named, scopes.get(seq), row.number(), row.flag()));
        }
        sheet.rows(PLANS).forEach(row -> collection.plan(new PlanId(row.text())));
        ApiCollection built = publication == Publication.DRAFT
                ? collection.draft().build()
                : collection.build().withPublication(publication);
        return built.withActive(active);
    }

    @Override
    Map<String, Enum<?>> states(ApiCollection collection) {
        return Map.of("publication", collection.publication());
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(
                refer(PolicyId.class, "access_collection policy_id"),
                refer(PlanId.class, "access_collection_plan plan_id"));
    }
}
