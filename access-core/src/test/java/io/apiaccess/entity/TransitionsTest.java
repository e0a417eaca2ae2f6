package io.apiaccess.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of states of every kind of thing, and whether one may become the other. */
@Rule({"M3", "X9", "trap 19"})
class TransitionsTest {
    private static final String TABLE = """
            Status             ACTIVE      ACTIVE      yes
            Status             ACTIVE      INACTIVE    yes
            Status             ACTIVE      RETIRED     yes
            Status             INACTIVE    ACTIVE      yes
            Status             INACTIVE    INACTIVE    yes
            Status             INACTIVE    RETIRED     yes
            Status             RETIRED     ACTIVE      no
            Status             RETIRED     INACTIVE    no
            Status             RETIRED     RETIRED     yes
            Publication        DRAFT       DRAFT       yes
            Publication        DRAFT       PUBLISHED   yes
            Publication        DRAFT       RETIRED     yes
            Publication        PUBLISHED   DRAFT       no
            Publication        PUBLISHED   PUBLISHED   yes
            Publication        PUBLISHED   RETIRED     yes
            Publication        RETIRED     DRAFT       no
            Publication        RETIRED     PUBLISHED   no
            Publication        RETIRED     RETIRED     yes
            PlanStatus         DRAFT       DRAFT       yes
            PlanStatus         DRAFT       LOCKED      yes
            PlanStatus         LOCKED      DRAFT       no
            PlanStatus         LOCKED      LOCKED      yes
            KeyStatus          ENABLED     ENABLED     yes
            KeyStatus          ENABLED     DISABLED    yes
            KeyStatus          ENABLED     REVOKED     yes
            KeyStatus          DISABLED    ENABLED     yes
            KeyStatus          DISABLED    DISABLED    yes
            KeyStatus          DISABLED    REVOKED     yes
            KeyStatus          REVOKED     ENABLED     no
            KeyStatus          REVOKED     DISABLED    no
            KeyStatus          REVOKED     REVOKED     yes
            RegistrationState  DRAFT       DRAFT       yes
            RegistrationState  DRAFT       READY       yes
            RegistrationState  DRAFT       REGISTERED  no
            RegistrationState  DRAFT       RETIRED     yes
            RegistrationState  READY       DRAFT       yes
            RegistrationState  READY       READY       yes
            RegistrationState  READY       REGISTERED  yes
            RegistrationState  READY       RETIRED     yes
            RegistrationState  REGISTERED  DRAFT       no
            RegistrationState  REGISTERED  READY       no
            RegistrationState  REGISTERED  REGISTERED  yes
            RegistrationState  REGISTERED  RETIRED     yes
            RegistrationState  RETIRED     DRAFT       no
            RegistrationState  RETIRED     READY       no
            RegistrationState  RETIRED     REGISTERED  no
            RegistrationState  RETIRED     RETIRED     yes
            """;

    private static final List<Class<? extends Enum<?>>> KINDS =
            List.of(Status.class, Publication.class, PlanStatus.class, KeyStatus.class, RegistrationState.class);

    static Stream<Arguments> table() {
        return TABLE.lines().map(line -> line.split(" +")).map(cells -> Arguments.of((Object[]) cells));
    }

    @ParameterizedTest
    @MethodSource("table")
    void movesAsTheTableSays(String kind, String from, String to, String allowed) {
        assertMoves(state(kind, from), state(kind, to), allowed.equals("yes"));
    }

    @Test
    void theTableHoldsEveryPairOnce() {
        List<String> listed = TABLE.lines()
                .map(line -> line.replaceAll(" +(yes|no)$", "").replaceAll(" +", " "))
                .toList();
        Set<String> pairs = new TreeSet<>();
        for (Class<? extends Enum<?>> kind : KINDS) {
            for (Enum<?> from : kind.getEnumConstants()) {
                for (Enum<?> to : kind.getEnumConstants()) {
                    pairs.add(kind.getSimpleName() + " " + from.name() + " " + to.name());
                }
            }
        }
        assertEquals(pairs, new TreeSet<>(listed));
        assertEquals(pairs.size(), listed.size());
    }

    private static <S extends Enum<S>> void assertMoves(Enum<?> from, Enum<?> to, boolean allowed) {
        @SuppressWarnings("unchecked") // both are of one kind
        S before = (S) from;
        @SuppressWarnings("unchecked") // both are of one kind
        S after = (S) to;
        assertEquals(allowed, Transitions.allows(before, after));
        if (allowed) {
            assertEquals(after, Transitions.move("client `x`", before, after));
        } else {
            String message = String.valueOf(
                    assertThrows(IllegalStateException.class, () -> Transitions.move("client `x`", before, after))
                            .getMessage());
            assertTrue(
                    message.contains("client `x`") && message.contains(from.name()) && message.contains(to.name()),
                    message);
        }
    }

    private static Enum<?> state(String kind, String name) {
        return KINDS.stream()
                .filter(states -> states.getSimpleName().equals(kind))
                .flatMap(states -> Arrays.stream(states.getEnumConstants()))
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
