package io.apiaccess.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a new key shall be like, and when it ends. */
class KeySpecTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @Test
    void endsNeverUnlessTold() {
        assertEquals(Optional.empty(), KeySpec.plain().label("x").notBefore(NOW).end(NOW));
    }

    @Test
    void endsAtTheGivenEnd() {
        Instant end = NOW.plusSeconds(9);
        assertEquals(Optional.of(end), KeySpec.plain().expiresAt(end).end(NOW));
    }

    @Test
    void livesFromNowOrFromItsFirstInstant() {
        KeySpec spec = KeySpec.plain().lifetime(Duration.ofSeconds(9));
        assertEquals(Optional.of(NOW.plusSeconds(9)), spec.end(NOW));
        assertEquals(
                Optional.of(NOW.plusSeconds(14)),
                spec.notBefore(NOW.plusSeconds(5)).end(NOW));
    }

    @Test
    void livesUntilTheLastInstantIfItsEndIsBeyond() {
        assertEquals(
                Optional.of(Instant.MAX),
                KeySpec.plain().lifetime(Duration.ofSeconds(Long.MAX_VALUE)).end(NOW));
        assertEquals(
                Optional.of(Instant.MAX),
                KeySpec.plain()
                        .lifetime(Duration.ofSeconds(1))
                        .notBefore(Instant.MAX)
                        .end(NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.000000001S", "PT-2562047788015215H-30M-8S"})
    void refusesALifetimeThatIsNotPositive(String length) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> KeySpec.plain().lifetime(Duration.parse(length)));
        assertTrue(String.valueOf(refused.getMessage()).contains("`" + length + "`"), refused::getMessage);
    }

    @Test
    void refusesALifetimeBesideAnEnd() {
        KeySpec lifetime = KeySpec.plain().label("nightly").lifetime(Duration.ofDays(3));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> lifetime.expiresAt(NOW));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("`nightly`") && message.contains("`PT72H`") && message.contains("`" + NOW + "`"));
        assertThrows(
                IllegalArgumentException.class,
                () -> KeySpec.plain().expiresAt(NOW).lifetime(Duration.ofDays(3)));
    }
}
