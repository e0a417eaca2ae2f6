package io.apiaccess.entity;

import java.util.Map;
import java.util.Set;

/**
 * The transition table: every move that a state allows. Staying is always allowed and changes nothing.
 *
 * <p>Stores enforce it again by conditional updates.
 */
public final class Transitions {
    private static final Map<Enum<?>, Set<? extends Enum<?>>> TABLE = Map.ofEntries(
            Map.entry(Status.ACTIVE, Set.of(Status.INACTIVE, Status.RETIRED)),
            Map.entry(Status.INACTIVE, Set.of(Status.ACTIVE, Status.RETIRED)),
            Map.entry(Status.RETIRED, Set.of()),
            Map.entry(Publication.DRAFT, Set.of(Publication.PUBLISHED, Publication.RETIRED)),
            Map.entry(Publication.PUBLISHED, Set.of(Publication.RETIRED)),
            Map.entry(Publication.RETIRED, Set.of()),
            Map.entry(PlanStatus.DRAFT, Set.of(PlanStatus.LOCKED)),
            Map.entry(PlanStatus.LOCKED, Set.of()),
            Map.entry(KeyStatus.ENABLED, Set.of(KeyStatus.DISABLED, KeyStatus.REVOKED)),
            Map.entry(KeyStatus.DISABLED, Set.of(KeyStatus.ENABLED, KeyStatus.REVOKED)),
            Map.entry(KeyStatus.REVOKED, Set.of()),
            Map.entry(RegistrationState.DRAFT, Set.of(RegistrationState.READY, RegistrationState.RETIRED)),
            Map.entry(
                    RegistrationState.READY,
                    Set.of(RegistrationState.DRAFT, RegistrationState.REGISTERED, RegistrationState.RETIRED)),
            Map.entry(RegistrationState.REGISTERED, Set.of(RegistrationState.RETIRED)),
            Map.entry(RegistrationState.RETIRED, Set.of()));

    private Transitions() {}

    /** Returns whether a state may become another, or stay. */
    public static <S extends Enum<S>> boolean allows(S from, S to) {
        return from == to || TABLE.getOrDefault(from, Set.of()).contains(to);
    }

    /**
     * Returns the state that holds after a move.
     *
     * @param what the thing that moves, for the message
     * @throws IllegalStateException if the table does not allow the move
     */
    public static <S extends Enum<S>> S move(String what, S from, S to) {
        if (!allows(from, to)) {
            throw new IllegalStateException(what + " is " + from + " and cannot become " + to);
        }
        return to;
    }
}
