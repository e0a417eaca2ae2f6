package io.apiaccess.admin;

import static io.apiaccess.decision.DenyReason.CLIENT_INACTIVE;
import static io.apiaccess.decision.DenyReason.COLLECTION_INACTIVE;
import static io.apiaccess.decision.DenyReason.KEY_DISABLED;
import static io.apiaccess.decision.DenyReason.PROFILE_INACTIVE;
import static io.apiaccess.decision.DenyReason.ROUTE_INACTIVE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.decision.DenyReason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Client, profile, key, collection and route are separate switches, and all must be on. */
@Rule("D11")
class SwitchTest {
    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;

    /** The switches, in the order in which a decision looks at them. */
    private enum Switch {
        KEY(KEY_DISABLED),
        PROFILE(PROFILE_INACTIVE),
        CLIENT(CLIENT_INACTIVE),
        COLLECTION(COLLECTION_INACTIVE),
        ROUTE(ROUTE_INACTIVE);

        private final DenyReason reason;

        Switch(DenyReason reason) {
            this.reason = reason;
        }
    }

    @AfterEach
    void close() {
        acme.close();
    }

    @ParameterizedTest
    @EnumSource
    void eachDeniesAloneAndLetsPassAgain(Switch one) {
        turn(one, false);
        assertEquals(one.reason, call());
        turn(one, true);
        assertNull(call());
    }

    static IntStream combinations() {
        return IntStream.range(0, 1 << Switch.values().length);
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void anyThatIsOffDeniesWhateverTheOthersAre(int offs) {
        List<Switch> off = new ArrayList<>();
        int left = offs;
        for (Switch one : Switch.values()) {
            if ((left & 1) == 1) {
                off.add(one);
                turn(one, false);
            }
            left >>= 1;
        }
        assertEquals(off.isEmpty() ? null : off.get(0).reason, call());
        for (int i = 0; i < off.size(); i++) {
            turn(off.get(i), true);
            assertEquals(i + 1 < off.size() ? off.get(i + 1).reason : null, call());
        }
    }

    @Test
    void switchingAClientLeavesTheSwitchesOfItsProfilesAlone() {
        AccessProfile off = admin.create(AccessProfile.named("off", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(off.id());
        admin.deactivate(off.id());
        admin.deactivate(acme.acme.id());
        admin.activate(acme.acme.id());
        assertEquals(
                PROFILE_INACTIVE, acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal())));
        assertNull(call());
    }

    @Test
    void switchesReachNoFurtherThanTheirThing() {
        Client other = admin.create(Client.named("Other").build());
        AccessProfile theirs = admin.create(AccessProfile.named("theirs", other.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(theirs.id());
        turn(Switch.CLIENT, false);
        turn(Switch.PROFILE, false);
        turn(Switch.KEY, false);
        assertNull(acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal())));
        turn(Switch.ROUTE, false);
        assertNull(acme.reason(Acme.request(GET, "/orders").apiKey(key.reveal())));
    }

    private void turn(Switch one, boolean on) {
        Object state = switch (one) {
            case KEY -> on ? admin.enableKey(acme.key.id()) : admin.disableKey(acme.key.id());
            case PROFILE -> on ? admin.activate(acme.mobile.id()) : admin.deactivate(acme.mobile.id());
            case CLIENT -> on ? admin.activate(acme.acme.id()) : admin.deactivate(acme.acme.id());
            case COLLECTION -> on ? admin.activate(acme.orders.id()) : admin.deactivate(acme.orders.id());
            case ROUTE ->
                on
                        ? admin.activateRoute(acme.orders.id(), "/orders/{id}")
                        : admin.deactivateRoute(acme.orders.id(), "/orders/{id}");
        };
        assertEquals(acme.admin.audit(1).get(0).after().orElseThrow(), state.toString());
    }

    private @Nullable DenyReason call() {
        return acme.reason(GET, "/orders/1");
    }
}
