package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.entity.KeyStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a key opens something, when it counts as live, and when it is forgotten. */
@Rule("X3")
class ApiKeyTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // not before, expires, revoked, status, in force, live, status now
                "-, -, -, ENABLED, true, true, ENABLED",
                "-, -, -, DISABLED, false, true, DISABLED",
                "-, -, -, REVOKED, false, false, REVOKED",
                "0, -, -, ENABLED, true, true, ENABLED",
                "1, -, -, ENABLED, false, true, ENABLED",
                "-1, -, -, ENABLED, true, true, ENABLED",
                "-, 0, -, ENABLED, false, false, ENABLED",
                "-, 1, -, ENABLED, true, true, ENABLED",
                "-, -1, -, ENABLED, false, false, ENABLED",
                "-, 1, -, DISABLED, false, true, DISABLED",
                "0, 1, -, ENABLED, true, true, ENABLED",
                "1, 2, -, ENABLED, false, true, ENABLED",
                "-2, -1, -, ENABLED, false, false, ENABLED",
                "-, -, 1, ENABLED, true, true, ENABLED",
                "-, -, 0, ENABLED, false, false, REVOKED",
                "-, -, -1, ENABLED, false, false, REVOKED",
                "-, -, 0, DISABLED, false, false, REVOKED",
                "-, -, 1, DISABLED, false, true, DISABLED",
                "-, 0, 1, ENABLED, false, false, ENABLED",
                "-, -1, 1000, ENABLED, false, false, ENABLED",
                "-, 1, 0, ENABLED, false, false, REVOKED",
                "1, 2, 0, ENABLED, false, false, REVOKED"
            })
    void isInForceFromItsStartUntilBeforeItsEnd(
            @Nullable Long notBefore,
            @Nullable Long expires,
            @Nullable Long revoked,
            KeyStatus status,
            boolean inForce,
            boolean live,
            KeyStatus statusNow) {
        ApiKey key = key().notBefore(at(notBefore))
                .expiresAt(at(expires))
                .revokedAt(at(revoked))
                .status(status)
                .build();
        assertEquals(inForce, key.isInForceAt(NOW));
        assertEquals(live, key.isLiveAt(NOW));
        assertEquals(statusNow, key.statusAt(NOW));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, P36500D, false",
                "PT0S, -, P89DT23H59M59.999999999S, false",
                "PT0S, -, P90D, true",
                "-, PT0S, P90D, true",
                "-, PT0S, P89D, false",
                "PT0S, P10D, P90D, true",
                "P10D, PT0S, P90D, true",
                "P10D, PT0S, P89D, false",
                "PT0S, -, -P1D, false"
            })
    @Rule("C4")
    void isForgotten90DaysAfterItsEnd(
            @Nullable Duration expires, @Nullable Duration revoked, Duration passed, boolean forgotten) {
        ApiKey key = key().expiresAt(expires == null ? null : NOW.plus(expires))
                .revokedAt(revoked == null ? null : NOW.plus(revoked))
                .build();
        assertEquals(forgotten, key.isForgottenAt(NOW.plus(passed)));
    }

    @Test
    void keepsTimeAtTheEndsOfTime() {
        ApiKey key = key().createdAt(Instant.MIN)
                .notBefore(Instant.MIN)
                .expiresAt(Instant.MAX)
                .build();
        assertTrue(key.isInForceAt(Instant.MIN));
        assertTrue(key.isInForceAt(Instant.MAX.minusNanos(1)));
        assertFalse(key.isInForceAt(Instant.MAX));
        assertFalse(key.isForgottenAt(Instant.MAX));
        assertTrue(key().revokedAt(Instant.MIN).build().isForgottenAt(Instant.MAX));
        assertFalse(key().expiresAt(Instant.MAX).build().isForgottenAt(Instant.MIN));
    }

    @Test
    void isRevokedFromNowOnAndForGood() {
        ApiKey revoked = key().build().withStatus(KeyStatus.REVOKED, NOW);
        assertEquals(NOW, revoked.revokedAt().orElseThrow());
        assertEquals(KeyStatus.REVOKED, revoked.statusAt(NOW));
        assertEquals(KeyStatus.REVOKED, revoked.statusAt(NOW.minusSeconds(60)));
        assertSame(revoked, revoked.withStatus(KeyStatus.REVOKED, NOW.plusSeconds(60)));
        for (KeyStatus next : new KeyStatus[] {KeyStatus.ENABLED, KeyStatus.DISABLED}) {
            String message =
                    String.valueOf(assertThrows(IllegalStateException.class, () -> revoked.withStatus(next, NOW))
                            .getMessage());
            assertTrue(message.contains("key `k1`") && message.contains("REVOKED"), message);
        }
    }

    @Test
    void isRevokedOnceItsOverlapIsOver() {
        ApiKey key = key().revokedAt(NOW).build();
        assertTrue(key.isInForceAt(NOW.minusNanos(1)));
        assertEquals(KeyStatus.REVOKED, key.statusAt(NOW));
        assertThrows(IllegalStateException.class, () -> key.withStatus(KeyStatus.ENABLED, NOW));
        assertThrows(IllegalStateException.class, () -> key.withStatus(KeyStatus.DISABLED, NOW.plusSeconds(1)));
        assertSame(key, key.withStatus(KeyStatus.REVOKED, NOW));
    }

    @Test
    void isSwitchedWithinItsOverlapAndStillEndsWithIt() {
        ApiKey off = key().revokedAt(NOW).build().withStatus(KeyStatus.DISABLED, NOW.minusSeconds(2));
        assertEquals(KeyStatus.DISABLED, off.statusAt(NOW.minusSeconds(1)));
        ApiKey on = off.withStatus(KeyStatus.ENABLED, NOW.minusSeconds(1));
        assertTrue(on.isInForceAt(NOW.minusNanos(1)));
        assertEquals(KeyStatus.REVOKED, on.statusAt(NOW));
    }

    @Test
    void isRevokedWithinItsOverlapAtOnce() {
        ApiKey key = key().revokedAt(NOW.plusSeconds(60)).build().withStatus(KeyStatus.REVOKED, NOW);
        assertEquals(NOW, key.revokedAt().orElseThrow());
        assertFalse(key.isInForceAt(NOW));
    }

    @Test
    @Rule("C2")
    void showsItsHintOnly() {
        String text = key().hint("wxyz").label("till").build().toString();
        assertTrue(text.contains("…wxyz") && text.contains("`k1`") && text.contains("`till`"), text);
    }

    @Test
    void tellsAllFaultsAtOnceAndNeverTheHint() {
        String message = Refusal.of(
                () -> key().label("")
                        .hint("secret")
                        .notBefore(NOW)
                        .expiresAt(NOW)
                        .build(),
                "key `k1`",
                "label is missing",
                "hint is longer than 4",
                "expires at `" + NOW + "`");
        assertEquals(3, message.split("; ").length, message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "-PT1S"})
    void refusesToEndBeforeItIsMade(Duration life) {
        Refusal.of(
                () -> key().createdAt(NOW).expiresAt(NOW.plus(life)).build(),
                "key `k1`",
                "expires at `" + NOW.plus(life) + "`",
                "`" + NOW + "`");
    }

    @Test
    void isTheSameThroughABuilder() {
        ApiKey key = key().hint("wxyz")
                .imported(true)
                .label("till")
                .createdAt(NOW)
                .notBefore(NOW)
                .expiresAt(NOW.plusSeconds(1))
                .revokedAt(NOW.plusSeconds(2))
                .status(KeyStatus.DISABLED)
                .build()
                .withRevision(7);
        assertEquals(key.toString(), key.toBuilder().build().toString());
        assertEquals(7, key.toBuilder().build().revision());
        assertEquals(key.digest(), key.toBuilder().build().digest());
    }

    private static ApiKey.Builder key() {
        return ApiKey.of(new KeyId("k1"), new ProfileId("p1"), KeyDigest.of(new byte[32], null));
    }

    private static @Nullable Instant at(@Nullable Long nanos) {
        return nanos == null ? null : NOW.plusNanos(nanos);
    }
}
