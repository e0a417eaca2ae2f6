package io.apiaccess.admin;

import static io.apiaccess.decision.DenyReason.CREDENTIAL_NOT_YET_VALID;
import static io.apiaccess.decision.DenyReason.EXPIRED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.KEY_DISABLED;
import static io.apiaccess.decision.DenyReason.REVOKED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.memory.MemoryAccessStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How keys are issued, refreshed, switched, imported and forgotten. */
class KeysTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration REMEMBERED = Duration.ofDays(90);
    private static final Duration TICK = Duration.ofNanos(1);
    private static final String FOREIGN = "legacy-key.0123456789";

    private final MemoryAccessStore store = new MemoryAccessStore();
    private final Acme acme = new Acme(builder -> builder.store(store));
    private final AccessAdmin admin = acme.admin;
    private final ProfileId mobile = acme.mobile.id();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    @Rule("C1")
    void issuesATextOfItsOwnForm() {
        assertTrue(acme.key.reveal().matches("ak_[0-9A-Za-z]{44}"));
        assertNotEquals(acme.key.reveal(), admin.issueKey(mobile).reveal());
    }

    @Test
    @Rule("C3")
    void keepsTheLastFourCharactersAndNeverTheText() {
        ApiKey kept = admin.get(acme.key.id());
        assertTrue(acme.key.reveal().endsWith(kept.hint()));
        assertEquals(4, kept.hint().length());
        assertFalse(kept.toString().contains(acme.key.reveal()));
        assertEquals(acme.key.key().toString(), kept.toString());
    }

    @Test
    @Rule("C2")
    void keepsTheSha256OfTheTextOrItsHmacUnderAPepper() throws GeneralSecurityException {
        byte[] hash = sha256(acme.key.reveal());
        assertArrayEquals(hash, acme.key.key().digest().bytes());
        try (AccessControl access = peppered("p1")) {
            IssuedKey key = access.admin().issueKey(mobile);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(sha256("the secret of p1"), "HmacSHA256"));
            assertArrayEquals(
                    mac.doFinal(sha256(key.reveal())), key.key().digest().bytes());
        }
    }

    @Test
    void issuesAKeyAsAskedFor() {
        Instant first = acme.time.instant().plusSeconds(5);
        IssuedKey key = admin.issueKey(
                mobile, KeySpec.plain().label("nightly").notBefore(first).lifetime(DAY));
        ApiKey kept = admin.get(key.id());
        assertEquals(Optional.of("nightly"), kept.label());
        assertEquals(Optional.of(first), kept.notBefore());
        assertEquals(Optional.of(first.plus(DAY)), kept.expiresAt());
        assertEquals(acme.time.instant(), kept.createdAt());
        assertEquals(mobile, kept.profile());
        assertFalse(kept.isImported());
    }

    @Test
    @Rule("X3")
    void isInForceFromItsFirstInstantUntilBeforeItsEnd() {
        IssuedKey key = admin.issueKey(
                mobile, KeySpec.plain().notBefore(acme.time.instant().plus(DAY)).lifetime(DAY));
        acme.time.pass(DAY.minus(TICK));
        assertEquals(CREDENTIAL_NOT_YET_VALID, use(key));
        acme.time.pass(TICK);
        assertNull(use(key));
        acme.time.pass(DAY.minus(TICK));
        assertNull(use(key));
        acme.time.pass(TICK);
        assertEquals(EXPIRED_CREDENTIAL, use(key));
    }

    static Stream<KeySpec> neverInForce() {
        Instant now = Instant.parse("2026-03-02T10:00:00Z");
        return Stream.of(
                KeySpec.plain().expiresAt(now),
                KeySpec.plain().expiresAt(now.minusSeconds(1)),
                KeySpec.plain().expiresAt(Instant.MIN),
                KeySpec.plain().notBefore(now.plusSeconds(5)).expiresAt(now.plusSeconds(5)),
                KeySpec.plain().notBefore(now.plusSeconds(5)).expiresAt(now.plusSeconds(4)),
                KeySpec.plain().notBefore(now.minusSeconds(5)).lifetime(Duration.ofSeconds(5)),
                KeySpec.plain().notBefore(Instant.MAX).lifetime(DAY));
    }

    @ParameterizedTest
    @MethodSource("neverInForce")
    void refusesAKeyThatWouldNeverBeInForce(KeySpec spec) {
        assertThrows(IllegalArgumentException.class, () -> admin.issueKey(mobile, spec));
        assertThrows(IllegalArgumentException.class, () -> admin.importKey(mobile, FOREIGN, spec));
        assertEquals(1, admin.listKeys(mobile).size());
    }

    @Test
    void refusesALabelThatIsNone() {
        KeySpec spec = KeySpec.plain().label("two\nlines");
        assertThrows(IllegalArgumentException.class, () -> admin.issueKey(mobile, spec));
        assertThrows(IllegalArgumentException.class, () -> admin.labelKey(acme.key.id(), ""));
    }

    @Test
    @Rule("C4")
    void refreshesAtOnce() {
        IssuedKey fresh = admin.refreshKey(acme.key.id());
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
        assertNull(use(fresh));
        assertNotEquals(acme.key.id(), fresh.id());
    }

    @Test
    @Rule("C4")
    void keepsLabelAndLengthOfLife() {
        IssuedKey old = admin.issueKey(mobile, KeySpec.plain().label("nightly").lifetime(Duration.ofDays(10)));
        acme.time.pass(Duration.ofDays(3));
        ApiKey fresh = admin.refreshKey(old.id()).key();
        assertEquals(Optional.of("nightly"), fresh.label());
        assertEquals(Optional.of(acme.time.instant().plus(Duration.ofDays(10))), fresh.expiresAt());
        assertEquals(Optional.empty(), fresh.notBefore());
        acme.time.pass(Duration.ofDays(3));
        ApiKey third = admin.refreshKey(fresh.id()).key();
        assertEquals(Optional.of(acme.time.instant().plus(Duration.ofDays(10))), third.expiresAt());
    }

    @Test
    @Rule("C4")
    void countsTheLengthOfLifeFromTheFirstInstant() {
        IssuedKey old = admin.issueKey(
                mobile, KeySpec.plain().notBefore(acme.time.instant().plus(DAY)).lifetime(Duration.ofDays(10)));
        ApiKey fresh = admin.refreshKey(old.id()).key();
        assertEquals(Optional.of(acme.time.instant().plus(Duration.ofDays(10))), fresh.expiresAt());
    }

    @Test
    @Rule("C4")
    void keepsAnEndlessKeyEndless() {
        ApiKey fresh = admin.refreshKey(acme.key.id()).key();
        assertEquals(Optional.empty(), fresh.expiresAt());
        assertEquals(Optional.empty(), fresh.label());
    }

    @Test
    @Rule({"C4", "X3"})
    void keepsTheOldKeyForTheOverlap() {
        IssuedKey fresh = admin.refreshKey(acme.key.id(), DAY);
        assertNull(use(acme.key));
        assertNull(use(fresh));
        acme.time.pass(DAY.minus(TICK));
        assertNull(use(acme.key));
        acme.time.pass(TICK);
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
        assertNull(use(fresh));
    }

    @Test
    @Rule({"C4", "X3"})
    void neverKeepsTheOldKeyBeyondItsOwnEnd() {
        IssuedKey old = admin.issueKey(mobile, KeySpec.plain().lifetime(DAY));
        admin.refreshKey(old.id(), DAY.multipliedBy(5));
        acme.time.pass(DAY.minus(TICK));
        assertNull(use(old));
        acme.time.pass(TICK);
        assertEquals(EXPIRED_CREDENTIAL, use(old));
        acme.time.pass(DAY.multipliedBy(4));
        assertEquals(REVOKED_CREDENTIAL, use(old));
    }

    @Test
    @Rule("C4")
    void aSecondRefreshNeverLengthensTheOverlap() {
        admin.refreshKey(acme.key.id(), DAY);
        admin.refreshKey(acme.key.id(), DAY.multipliedBy(9));
        acme.time.pass(DAY);
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
    }

    @Test
    @Rule("C4")
    void aSecondRefreshMayShortenTheOverlap() {
        admin.refreshKey(acme.key.id(), DAY);
        admin.refreshKey(acme.key.id(), Duration.ofHours(1));
        acme.time.pass(Duration.ofHours(1));
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
    }

    @Test
    @Rule("C4")
    void theOverlapCanBeEndedByRevoking() {
        admin.refreshKey(acme.key.id(), DAY);
        admin.revokeKey(acme.key.id());
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
    }

    @Test
    @Rule("C4")
    void switchingAKeyOffAndOnDoesNotEndOrLengthenItsOverlap() {
        admin.refreshKey(acme.key.id(), DAY);
        admin.disableKey(acme.key.id());
        assertEquals(KEY_DISABLED, use(acme.key));
        admin.enableKey(acme.key.id());
        assertNull(use(acme.key));
        acme.time.pass(DAY);
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000L})
    @Rule("C4")
    void takesAnOverlapOfAnyLength(long seconds) {
        IssuedKey fresh = admin.refreshKey(acme.key.id(), Duration.ofSeconds(seconds));
        assertNull(use(acme.key));
        assertNull(use(fresh));
    }

    @Test
    @Rule("C4")
    void refreshesAKeyThatEndsWithTime() {
        IssuedKey old = admin.issueKey(mobile, KeySpec.plain().expiresAt(Instant.MAX));
        acme.time.pass(DAY);
        ApiKey fresh = admin.refreshKey(old.id()).key();
        assertEquals(Optional.of(Instant.MAX), fresh.expiresAt());
    }

    @Test
    @Rule("C4")
    void refusesAnOverlapBelow0() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> admin.refreshKey(acme.key.id(), TICK.negated()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`PT-0.000000001S`"), refused::getMessage);
        assertNull(use(acme.key));
    }

    @Test
    @Rule("C4")
    void refreshesAnExpiredKey() {
        IssuedKey old = admin.issueKey(mobile, KeySpec.plain().lifetime(DAY));
        acme.time.pass(DAY.multipliedBy(2));
        IssuedKey fresh = admin.refreshKey(old.id(), DAY);
        assertEquals(EXPIRED_CREDENTIAL, use(old));
        assertNull(use(fresh));
        assertEquals(Optional.of(acme.time.instant().plus(DAY)), fresh.key().expiresAt());
    }

    @Test
    @Rule("C4")
    void refreshesADisabledKey() {
        admin.disableKey(acme.key.id());
        IssuedKey fresh = admin.refreshKey(acme.key.id(), DAY);
        assertEquals(KEY_DISABLED, use(acme.key));
        assertNull(use(fresh));
    }

    @Test
    @Rule({"C4", "trap 19"})
    void doesNotRefreshARevokedKey() {
        admin.revokeKey(acme.key.id());
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> admin.refreshKey(acme.key.id()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`" + acme.key.id() + "`"), refused::getMessage);
        assertEquals(1, admin.listKeys(mobile).size());
    }

    @Test
    @Rule({"C4", "X3", "trap 19"})
    void doesNotRefreshAKeyWhoseOverlapIsOver() {
        admin.refreshKey(acme.key.id(), DAY);
        acme.time.pass(DAY);
        assertThrows(IllegalStateException.class, () -> admin.refreshKey(acme.key.id()));
    }

    @Test
    @Rule("C4")
    void takesTwentyLiveKeysAndNoMore() {
        fill(20);
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> admin.issueKey(mobile));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("`ACME mobile`") && message.contains("20"), message);
        assertThrows(IllegalStateException.class, () -> admin.importKey(mobile, FOREIGN, KeySpec.plain()));
        AccessProfile other = admin.create(AccessProfile.named("other", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        assertNull(use(admin.issueKey(other.id())));
    }

    @Test
    @Rule("C4")
    void countsKeysThatAreDisabledOrNotYetInForceAsLive() {
        admin.disableKey(acme.key.id());
        KeySpec later = KeySpec.plain().notBefore(acme.time.instant().plus(DAY));
        IntStream.range(1, 20).forEach(i -> admin.issueKey(mobile, later));
        assertThrows(IllegalStateException.class, () -> admin.issueKey(mobile));
    }

    @Test
    @Rule("C4")
    void doesNotCountKeysThatAreRevokedOrExpired() {
        IssuedKey brief = admin.issueKey(mobile, KeySpec.plain().lifetime(DAY));
        fill(20);
        admin.revokeKey(acme.key.id());
        fill(21);
        acme.time.pass(DAY);
        assertEquals(EXPIRED_CREDENTIAL, use(brief));
        assertNull(use(admin.issueKey(mobile)));
        assertThrows(IllegalStateException.class, () -> admin.issueKey(mobile));
    }

    @Test
    @Rule("C4")
    void refreshesAtOnceThoughThereAreTwenty() {
        fill(20);
        assertNull(use(admin.refreshKey(acme.key.id())));
    }

    @Test
    @Rule("C4")
    void countsTheOverlapTowardTheTwentyAndLeavesTheOldKeyAsItWas() {
        fill(20);
        assertThrows(IllegalStateException.class, () -> admin.refreshKey(acme.key.id(), DAY));
        acme.time.pass(DAY);
        assertNull(use(acme.key));
        assertEquals(Optional.empty(), admin.get(acme.key.id()).revokedAt());
    }

    @Test
    void givesARetiredProfileNoKey() {
        admin.retire(mobile);
        for (Runnable change : List.<Runnable>of(
                () -> admin.issueKey(mobile),
                () -> admin.refreshKey(acme.key.id()),
                () -> admin.importKey(mobile, FOREIGN, KeySpec.plain()),
                () -> admin.importKeyDigest(mobile, sha256(FOREIGN), KeySpec.plain()))) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, change::run);
            assertTrue(String.valueOf(refused.getMessage()).contains("`ACME mobile` is retired"), refused::getMessage);
        }
        assertEquals(KeyStatus.ENABLED, admin.get(acme.key.id()).statusAt(acme.time.instant()));
    }

    @Test
    void givesAnInactiveProfileAKey() {
        admin.deactivate(mobile);
        IssuedKey key = admin.issueKey(mobile);
        admin.activate(mobile);
        assertNull(use(key));
    }

    @Test
    void labelsAndUnlabels() {
        assertEquals(Optional.of("app"), admin.labelKey(acme.key.id(), "app").label());
        assertEquals(Optional.empty(), admin.labelKey(acme.key.id(), null).label());
        assertNull(use(acme.key));
    }

    @Test
    @Rule("C4")
    void remembersARevokedKeyFor90Days() {
        admin.revokeKey(acme.key.id());
        acme.time.pass(REMEMBERED.minus(TICK));
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
        assertEquals(1, admin.listKeys(mobile).size());
        acme.time.pass(TICK);
        assertEquals(UNKNOWN_CREDENTIAL, use(acme.key));
        assertEquals(List.of(), admin.listKeys(mobile));
    }

    @Test
    @Rule("C4")
    void remembersAnExpiredKeyFor90Days() {
        IssuedKey brief = admin.issueKey(mobile, KeySpec.plain().lifetime(DAY));
        acme.time.pass(DAY.plus(REMEMBERED).minus(TICK));
        assertEquals(EXPIRED_CREDENTIAL, use(brief));
        acme.time.pass(TICK);
        assertEquals(UNKNOWN_CREDENTIAL, use(brief));
    }

    @Test
    @Rule("C4")
    void countsThe90DaysFromTheEndOfTheOverlap() {
        admin.refreshKey(acme.key.id(), DAY);
        acme.time.pass(DAY.plus(REMEMBERED).minus(TICK));
        assertEquals(REVOKED_CREDENTIAL, use(acme.key));
        acme.time.pass(TICK);
        assertEquals(UNKNOWN_CREDENTIAL, use(acme.key));
    }

    @Test
    @Rule("C4")
    void forgetsOldKeysOfTheProfileWhenItGetsANewOne() {
        admin.revokeKey(acme.key.id());
        acme.time.pass(REMEMBERED);
        IssuedKey fresh = admin.issueKey(mobile);
        assertEquals(Optional.empty(), admin.find(acme.key.id()));
        assertEquals(
                List.of(fresh.id()),
                admin.listKeys(mobile).stream().map(ApiKey::id).toList());
        assertEquals(UNKNOWN_CREDENTIAL, use(acme.key));
    }

    @Test
    void aDisabledKeyIsNeverForgotten() {
        admin.disableKey(acme.key.id());
        acme.time.pass(Duration.ofDays(9_999));
        assertEquals(KEY_DISABLED, use(acme.key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789abcdef",
                "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~",
                "Basic-dXNlcjpwYXNz==",
                "ak-0123456789abcdef",
                "akX_0123456789abcdef",
                "eyJh.eyJz.c2ln0123456789"
            })
    @Rule("C5")
    void importsATextThatWasMadeElsewhere(String text) {
        assertEquals(UNKNOWN_CREDENTIAL, use(text));
        ApiKey imported = admin.importKey(mobile, text, KeySpec.plain().label("legacy"));
        assertNull(use(text));
        assertTrue(imported.isImported());
        assertEquals(text.substring(text.length() - 4), imported.hint());
        assertEquals(Optional.of("legacy"), imported.label());
        admin.revokeKey(imported.id());
        assertEquals(REVOKED_CREDENTIAL, use(text));
    }

    @Test
    @Rule("C5")
    void importsTextsOf16To512Characters() {
        assertNull(use(imported("x".repeat(16))));
        assertNull(use(imported("x".repeat(512))));
        for (int length : new int[] {0, 1, 15, 513, 9_000}) {
            assertRefusedText("x".repeat(length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789abcde\n",
                "0123456789\u0000abcdef",
                "0123456789abcde\u007f",
                "0123456789abcde\u00e4",
                "0123456789abcde\u0663",
                "\ud83d\ude800123456789abcdef",
                "0123456789abcde\ud800",
                "0123456789\tabcdef"
            })
    @Rule("C5")
    void importsPrintableAsciiOnly(String text) {
        assertRefusedText(text);
    }

    @Test
    @Rule("C5")
    void importsADigest() {
        ApiKey imported = admin.importKeyDigest(mobile, sha256(FOREIGN), KeySpec.plain());
        assertNull(use(FOREIGN));
        assertEquals("", imported.hint());
        assertTrue(imported.isImported());
        assertEquals(UNKNOWN_CREDENTIAL, use(FOREIGN + "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 31, 33, 64})
    @Rule("C5")
    void importsDigestsOf32BytesOnly(int length) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> admin.importKeyDigest(mobile, new byte[length], KeySpec.plain()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`" + length + "`"), refused::getMessage);
    }

    @Test
    @Rule("C5")
    void refusesATextThatIsAlreadyAKeys() {
        AccessProfile other = admin.create(AccessProfile.named("other", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        ApiKey imported = admin.importKey(mobile, FOREIGN, KeySpec.plain());
        for (ProfileId profile : List.of(mobile, other.id())) {
            known(imported.id(), () -> admin.importKey(profile, FOREIGN, KeySpec.plain()));
            known(imported.id(), () -> admin.importKeyDigest(profile, sha256(FOREIGN), KeySpec.plain()));
            known(acme.key.id(), () -> admin.importKey(profile, acme.key.reveal(), KeySpec.plain()));
            known(acme.key.id(), () -> admin.importKeyDigest(profile, sha256(acme.key.reveal()), KeySpec.plain()));
        }
        assertEquals(List.of(), admin.listKeys(other.id()));
        assertEquals(mobile, admin.get(imported.id()).profile());
    }

    @Test
    @Rule({"C5", "trap 15"})
    void refusesATextThatIsARevokedOrExpiredKeys() {
        ApiKey revoked = admin.importKey(mobile, FOREIGN, KeySpec.plain());
        admin.revokeKey(revoked.id());
        ApiKey expired = admin.importKey(mobile, FOREIGN + "2", KeySpec.plain().lifetime(DAY));
        acme.time.pass(REMEMBERED.minus(TICK));
        known(revoked.id(), () -> admin.importKey(mobile, FOREIGN, KeySpec.plain()));
        known(revoked.id(), () -> admin.importKeyDigest(mobile, sha256(FOREIGN), KeySpec.plain()));
        known(expired.id(), () -> admin.importKey(mobile, FOREIGN + "2", KeySpec.plain()));
        assertEquals(REVOKED_CREDENTIAL, use(FOREIGN));
    }

    @Test
    @Rule({"C1", "X3"})
    void refusesATextWithOurPrefixAndAWrongChecksum() {
        String own;
        try (Acme elsewhere = new Acme()) {
            own = elsewhere.key.reveal();
        }
        char last = own.charAt(own.length() - 1);
        assertRefusedText(own.substring(0, own.length() - 1) + (last == 'a' ? 'b' : 'a'));
        assertRefusedText(own.substring(0, own.length() - 1));
        assertRefusedText(own + "0");
        assertRefusedText("ak_0123456789abcdef");
        assertNull(use(imported(own)));
    }

    @Test
    @Rule("C2")
    void doesNotHandTheKeyOfOneProfileToAnotherThoughRandomnessFails() {
        try (Acme broken = new Acme(builder -> builder.random(new Stuck(Integer.MAX_VALUE)))) {
            AccessProfile other = broken.admin.create(AccessProfile.named("other", broken.acme.id())
                    .grant(broken.orders.id())
                    .build());
            assertThrows(ConflictException.class, () -> broken.admin.issueKey(other.id()));
            assertThrows(ConflictException.class, () -> broken.admin.refreshKey(broken.key.id()));
            assertEquals(broken.mobile.id(), broken.admin.get(broken.key.id()).profile());
            assertNull(broken.reason(GET, "/orders/1"));
        }
    }

    @Test
    @Rule("C2")
    void doesNotReplaceAKeyWhoseIdComesUpAgain() {
        try (Acme broken = new Acme(builder -> builder.random(new Stuck(8)))) {
            assertThrows(ConflictException.class, () -> broken.admin.issueKey(broken.mobile.id()));
            assertEquals(1, broken.admin.listKeys(broken.mobile.id()).size());
            assertNull(broken.reason(GET, "/orders/1"));
        }
    }

    @Test
    @Rule("C2")
    void keepsNewKeysUnderTheFirstPepperAndKnowsThoseOfTheOthers() {
        try (AccessControl one = peppered("p1");
                AccessControl two = peppered("p2", "p1")) {
            IssuedKey plain = acme.key;
            IssuedKey first = one.admin().issueKey(mobile);
            IssuedKey second = two.admin().issueKey(mobile);
            assertEquals(Optional.empty(), plain.key().digest().pepperId());
            assertEquals(Optional.of("p1"), first.key().digest().pepperId());
            assertEquals(Optional.of("p2"), second.key().digest().pepperId());
            try (AccessControl rotated = peppered("p2", "p1");
                    AccessControl dropped = peppered("p2")) {
                assertNull(use(rotated, plain.reveal()));
                assertNull(use(rotated, first.reveal()));
                assertNull(use(rotated, second.reveal()));
                assertNull(use(dropped, plain.reveal()));
                assertEquals(UNKNOWN_CREDENTIAL, use(dropped, first.reveal()));
                assertNull(use(dropped, second.reveal()));
            }
        }
    }

    @Test
    @Rule("C4")
    void refreshesIntoTheNewPepper() {
        try (AccessControl rotated = peppered("p2", "p1")) {
            IssuedKey fresh = rotated.admin().refreshKey(acme.key.id());
            assertEquals(Optional.of("p2"), fresh.key().digest().pepperId());
            assertNull(use(rotated, fresh.reveal()));
            assertEquals(REVOKED_CREDENTIAL, use(rotated, acme.key.reveal()));
        }
    }

    @Test
    @Rule("C2")
    void doesNotKnowAKeyUnderAnotherSecretOfTheSamePepperId() {
        try (AccessControl one = peppered("p1")) {
            IssuedKey key = one.admin().issueKey(mobile);
            byte[] other = new byte[32];
            try (AccessControl changed = AccessControl.builder()
                    .store(store)
                    .clock(acme.time)
                    .pepper("p1", other)
                    .build()) {
                assertEquals(UNKNOWN_CREDENTIAL, use(changed, key.reveal()));
            }
            assertNull(use(one, key.reveal()));
        }
    }

    @Test
    @Rule("C5")
    void refusesAKnownTextUnderWhateverPepperItIsKept() {
        admin.importKey(mobile, FOREIGN + "0", KeySpec.plain());
        try (AccessControl one = peppered("p1");
                AccessControl two = peppered("p2", "p1")) {
            ApiKey imported = one.admin().importKeyDigest(mobile, sha256(FOREIGN), KeySpec.plain());
            assertNull(use(one, FOREIGN));
            assertEquals(Optional.of("p1"), imported.digest().pepperId());
            assertThrows(ConflictException.class, () -> two.admin().importKey(mobile, FOREIGN, KeySpec.plain()));
            assertThrows(ConflictException.class, () -> two.admin().importKey(mobile, FOREIGN + "0", KeySpec.plain()));
        }
    }

    /** Randomness that gives the same again where few bytes are asked for. */
    private static final class Stuck extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final int few;

        Stuck(int few) {
            this.few = few;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length > few) {
                super.nextBytes(bytes);
            } else {
                Arrays.fill(bytes, (byte) 7);
            }
        }
    }

    private String imported(String text) {
        assertTrue(admin.importKey(mobile, text, KeySpec.plain()).isImported());
        return text;
    }

    private void assertRefusedText(String text) {
        int before = admin.listKeys(mobile).size();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> admin.importKey(mobile, text, KeySpec.plain()));
        String message = String.valueOf(refused.getMessage());
        assertTrue(text.length() < 2 || !message.contains(text), message);
        assertEquals(before, admin.listKeys(mobile).size());
    }

    private static void known(KeyId holder, Runnable change) {
        ConflictException refused = assertThrows(ConflictException.class, change::run);
        assertTrue(String.valueOf(refused.getMessage()).contains("`" + holder + "`"), refused::getMessage);
    }

    private void fill(int count) {
        for (int i = admin.listKeys(mobile).size(); i < count; i++) {
            assertNull(use(admin.issueKey(mobile)));
        }
    }

    private @Nullable DenyReason use(IssuedKey key) {
        return use(key.reveal());
    }

    private @Nullable DenyReason use(String text) {
        return acme.reason(Acme.request(GET, "/orders/1").apiKey(text));
    }

    private static @Nullable DenyReason use(AccessControl access, String text) {
        return Acme.reason(access.decider()
                .decide(Acme.request(GET, "/orders/1").apiKey(text).build()));
    }

    /** Another object over the same store. */
    private AccessControl peppered(String... ids) {
        AccessControl.Builder builder =
                AccessControl.builder().store(store).clock(acme.time).monotonicClock(acme.time);
        for (String id : ids) {
            builder.pepper(id, sha256("the secret of " + id));
        }
        return builder.build();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
