package io.apiaccess.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.AccessStore.View;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every move between states that management allows, refuses, or takes for none. */
@Rule("X9")
class AccessAdminMoveTest {
    private final MemoryAccessStore store = new MemoryAccessStore();
    private final Acme acme = new Acme(builder -> builder.store(store));
    private final AccessAdmin admin = acme.admin;

    private enum Outcome {
        MOVED,
        NO_OP,
        REFUSED
    }

    @AfterEach
    void close() {
        acme.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, ACTIVE, NO_OP",
        "ACTIVE, INACTIVE, MOVED",
        "ACTIVE, RETIRED, MOVED",
        "INACTIVE, ACTIVE, MOVED",
        "INACTIVE, INACTIVE, NO_OP",
        "INACTIVE, RETIRED, MOVED",
        "RETIRED, ACTIVE, REFUSED",
        "RETIRED, INACTIVE, REFUSED",
        "RETIRED, RETIRED, NO_OP",
    })
    @Rule({"X9", "trap 19"})
    void movesClientsAndProfiles(Status from, Status to, Outcome outcome) {
        move(acme.acme, from);
        move(acme.mobile, from);
        expect(outcome, () -> move(acme.acme, to).status(), from, to);
        expect(outcome, () -> move(acme.mobile, to).status(), from, to);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, INACTIVE, MOVED",
        "INACTIVE, ACTIVE, MOVED",
        "INACTIVE, RETIRED, MOVED",
        "RETIRED, ACTIVE, REFUSED",
        "RETIRED, INACTIVE, REFUSED",
    })
    void movesByAnUpdateAsByTheMoveItself(Status from, Status to, Outcome outcome) {
        move(acme.acme, from);
        move(acme.mobile, from);
        Client client = forged(acme.acme, to);
        AccessProfile profile = forged(acme.mobile, to);
        expect(outcome, () -> admin.update(client).status(), from, to);
        expect(outcome, () -> admin.update(profile).status(), from, to);
    }

    @ParameterizedTest
    @CsvSource({
        "DRAFT, PUBLISHED, MOVED",
        "DRAFT, RETIRED, MOVED",
        "PUBLISHED, PUBLISHED, NO_OP",
        "PUBLISHED, RETIRED, MOVED",
        "RETIRED, PUBLISHED, REFUSED",
        "RETIRED, RETIRED, NO_OP",
    })
    void movesCollections(Publication from, Publication to, Outcome outcome) {
        ApiCollection collection = collection(from);
        expect(
                outcome,
                () -> (to == Publication.RETIRED ? admin.retire(collection.id()) : admin.publish(collection.id()))
                        .publication(),
                from,
                to);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUBLISHED", "RETIRED"})
    void refusesToMakeADraftAgain(Publication from) {
        ApiCollection collection = collection(from);
        expect(
                Outcome.REFUSED,
                () -> admin.update(collection.toBuilder().draft().build()).publication(),
                from,
                Publication.DRAFT);
    }

    @ParameterizedTest
    @CsvSource({"DRAFT", "PUBLISHED", "RETIRED"})
    void switchesCollectionsWhateverTheirPublication(Publication publication) {
        ApiCollection collection = collection(publication);
        expect(Outcome.NO_OP, () -> admin.activate(collection.id()).isActive(), true, true);
        expect(Outcome.MOVED, () -> admin.deactivate(collection.id()).isActive(), true, false);
        expect(Outcome.NO_OP, () -> admin.deactivate(collection.id()).isActive(), false, false);
        expect(Outcome.MOVED, () -> admin.activate(collection.id()).isActive(), false, true);
    }

    @Test
    void switchesRoutes() {
        expect(Outcome.NO_OP, () -> isActive(admin.activateRoute(acme.orders.id(), "/orders/{id}")), true, true);
        expect(Outcome.MOVED, () -> isActive(admin.deactivateRoute(acme.orders.id(), "/orders/{id}")), true, false);
        expect(Outcome.NO_OP, () -> isActive(admin.deactivateRoute(acme.orders.id(), "/orders/{x}")), false, false);
        expect(Outcome.MOVED, () -> isActive(admin.activateRoute(acme.orders.id(), "/orders/{x}")), false, true);
    }

    @Test
    void switchesAllRoutesOfATemplateAndNoOther() {
        ApiCollection mixed = admin.create(ApiCollection.named("Mixed")
                .route(Route.at("/mixed/{id}", HttpMethod.GET).cost(3))
                .route("/mixed/{key}", HttpMethod.PUT)
                .route("/mixed", HttpMethod.GET)
                .build());
        List<Route> routes = admin.deactivateRoute(mixed.id(), "/mixed/{any}").routes();
        assertEquals(
                List.of(
                        mixed.routes().get(0).active(false),
                        mixed.routes().get(1).active(false),
                        mixed.routes().get(2)),
                routes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders/{id}/", "/Orders", "/orders/{rest...}", "/", "orders"})
    void refusesToSwitchARouteThatIsNotThere(String template) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> admin.deactivateRoute(acme.orders.id(), template));
        assertTrue(String.valueOf(refused.getMessage()).contains("`" + template + "`"), refused::getMessage);
    }

    @Test
    void locksPlansForGood() {
        Policy policy = admin.create(Policy.named("Gold").build());
        Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());
        expect(Outcome.MOVED, () -> admin.lock(plan.id()).status(), PlanStatus.DRAFT, PlanStatus.LOCKED);
        expect(Outcome.NO_OP, () -> admin.lock(plan.id()).status(), PlanStatus.LOCKED, PlanStatus.LOCKED);
        Plan locked = admin.get(plan.id());
        IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> admin.update(locked.toBuilder().version("2").build()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`Gold plan`"), refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource({
        "ENABLED, ENABLED, NO_OP",
        "ENABLED, DISABLED, MOVED",
        "ENABLED, REVOKED, MOVED",
        "DISABLED, ENABLED, MOVED",
        "DISABLED, DISABLED, NO_OP",
        "DISABLED, REVOKED, MOVED",
        "REVOKED, ENABLED, REFUSED",
        "REVOKED, DISABLED, REFUSED",
        "REVOKED, REVOKED, NO_OP",
    })
    void movesKeys(KeyStatus from, KeyStatus to, Outcome outcome) {
        move(acme.key, from);
        expect(outcome, () -> move(acme.key, to).statusAt(acme.time.instant()), from, to);
    }

    @ParameterizedTest
    @CsvSource({"ENABLED, REFUSED", "DISABLED, REFUSED", "REVOKED, NO_OP"})
    void takesAKeyWhoseOverlapIsOverForRevoked(KeyStatus to, Outcome outcome) {
        admin.refreshKey(acme.key.id(), Duration.ofHours(1));
        acme.time.pass(Duration.ofHours(1));
        expect(outcome, () -> move(acme.key, to).statusAt(acme.time.instant()), KeyStatus.REVOKED, to);
    }

    @Test
    @Rule("trap 19")
    void doesNotRegisterWhatIsRetired() {
        admin.update(acme.acme.toBuilder().registration(Registration.MANUAL).build());
        admin.retire(acme.mobile.id());
        expect(
                Outcome.REFUSED,
                () -> admin.register(acme.mobile.id()).profile().status(),
                Status.RETIRED,
                "REGISTERED");
    }

    @Test
    void registersOnceOnly() {
        admin.update(acme.acme.toBuilder().registration(Registration.MANUAL).build());
        admin.update(admin.get(acme.mobile.id()).toBuilder()
                .blockFrom("203.0.113.0/24")
                .build());
        expect(
                Outcome.MOVED,
                () -> admin.register(acme.mobile.id()).profile().registered().isPresent(),
                true,
                true);
        expect(
                Outcome.NO_OP,
                () -> admin.register(acme.mobile.id()).profile().registered().isPresent(),
                true,
                true);
    }

    /** What a move leads to, and whether it left a trace: a refusal names both states and leaves none. */
    private void expect(Outcome outcome, Supplier<Object> move, Object from, Object to) {
        long revision = store.read(View::revision);
        int audited = admin.audit(1_000).size();
        if (outcome == Outcome.REFUSED) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, move::get);
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains(from + " and cannot become " + to), message);
        } else {
            assertEquals(to, move.get());
        }
        int steps = outcome == Outcome.MOVED ? 1 : 0;
        assertEquals(revision + steps, store.read(View::revision));
        assertEquals(audited + steps, admin.audit(1_000).size());
    }

    private Client move(Client client, Status to) {
        return switch (to) {
            case ACTIVE -> admin.activate(client.id());
            case INACTIVE -> admin.deactivate(client.id());
            case RETIRED -> admin.retire(client.id());
        };
    }

    private AccessProfile move(AccessProfile profile, Status to) {
        return switch (to) {
            case ACTIVE -> admin.activate(profile.id());
            case INACTIVE -> admin.deactivate(profile.id());
            case RETIRED -> admin.retire(profile.id());
        };
    }

    private ApiKey move(IssuedKey key, KeyStatus to) {
        return switch (to) {
            case ENABLED -> admin.enableKey(key.id());
            case DISABLED -> admin.disableKey(key.id());
            case REVOKED -> admin.revokeKey(key.id());
        };
    }

    /** The newest revision of a client, with a state that it was never moved to. */
    private Client forged(Client client, Status status) {
        return client.withStatus(status).withRevision(admin.get(client.id()).revision());
    }

    private AccessProfile forged(AccessProfile profile, Status status) {
        return profile.withStatus(status).withRevision(admin.get(profile.id()).revision());
    }

    private ApiCollection collection(Publication publication) {
        ApiCollection draft = admin.create(
                ApiCollection.named("Stock").basePath("/stock").draft().build());
        return switch (publication) {
            case DRAFT -> draft;
            case PUBLISHED -> admin.publish(draft.id());
            case RETIRED -> admin.retire(draft.id());
        };
    }

    private static boolean isActive(ApiCollection orders) {
        return orders.routes().get(0).isActive();
    }
}
