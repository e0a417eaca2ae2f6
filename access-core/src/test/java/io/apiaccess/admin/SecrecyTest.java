package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.Explanation;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AuditEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text of a key and no hash of it is in any word that management or a decision says. */
@Rule({"C2", "C3", "M1", "trap 16"})
class SecrecyTest {
    private static final String FOREIGN = "legacy-secret.0123456789";
    private static final byte[] PEPPER = "a pepper of at least 32 bytes, yes".getBytes(StandardCharsets.UTF_8);

    private MemoryAccessStore store = new MemoryAccessStore();
    private final List<String> words = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    private Acme acme = new Acme(builder -> builder.store(store));

    @AfterEach
    void close() {
        acme.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saysNoSecretWhateverIsDoneWithKeys(boolean peppered) {
        if (peppered) {
            acme.close();
            store = new MemoryAccessStore();
            acme = new Acme(builder -> builder.store(store).pepper("p1", PEPPER));
        }
        liveThroughEverything();
        attemptWhatIsRefused();
        listen();
        secrets.addAll(List.of(FOREIGN, FOREIGN + "-2"));
        assertTrue(words.size() > 60, "the words were gathered");
        assertEquals(7, secrets.size());
        for (String secret : secrets) {
            for (String form : forms(secret)) {
                words.forEach(said -> assertFalse(said.contains(form), () -> "`" + form + "` is said in: " + said));
            }
        }
    }

    @Test
    void readsNoSecretBack() {
        IssuedKey fresh = acme.admin.refreshKey(acme.key.id(), Duration.ofHours(1));
        for (ApiKey key : acme.admin.listKeys(acme.mobile.id())) {
            assertFalse(key.toString().contains(fresh.reveal().substring(14, 41)));
            assertFalse(key.toString().contains(acme.key.reveal().substring(14, 41)));
        }
        assertEquals(fresh.key().toString(), fresh.toString());
    }

    /** Everything that succeeds. */
    private void liveThroughEverything() {
        AccessAdmin admin = acme.admin;
        keep(acme.key);
        IssuedKey second = keep(admin.issueKey(acme.mobile.id(), KeySpec.plain().label("second")));
        IssuedKey third = keep(admin.refreshKey(second.id(), Duration.ofHours(1)));
        IssuedKey fourth = keep(admin.refreshKey(third.id()));
        keep(admin.issueKey(acme.mobile.id(), KeySpec.plain().lifetime(Duration.ofHours(2))));
        ApiKey imported = admin.importKey(acme.mobile.id(), FOREIGN, KeySpec.plain());
        ApiKey digest = admin.importKeyDigest(acme.mobile.id(), sha256(FOREIGN + "-2"), KeySpec.plain());
        words.addAll(
                List.of(imported.toString(), digest.toString(), digest.digest().toString()));
        decide();
        say(admin.labelKey(fourth.id(), "fourth"));
        say(admin.disableKey(fourth.id()));
        say(admin.disableKey(imported.id()));
        decide();
        say(admin.enableKey(fourth.id()));
        say(admin.revokeKey(digest.id()));
        acme.time.pass(Duration.ofHours(2));
        decide();
        acme.admin.deactivate(acme.acme.id());
        decide();
        acme.admin.activate(acme.acme.id());
    }

    /** Everything that is refused, with a secret at hand. */
    private void attemptWhatIsRefused() {
        String own = acme.key.reveal();
        var profile = acme.mobile.id();
        AccessAdmin admin = acme.admin;
        refused(() -> admin.importKey(profile, own, KeySpec.plain()));
        refused(() -> admin.importKeyDigest(profile, sha256(own), KeySpec.plain()));
        refused(() -> admin.importKey(profile, FOREIGN, KeySpec.plain()));
        refused(() -> admin.importKey(profile, FOREIGN + "-2", KeySpec.plain()));
        refused(() -> admin.importKey(profile, own + "x", KeySpec.plain()));
        refused(() -> admin.importKey(profile, FOREIGN + "\n", KeySpec.plain()));
        refused(() -> admin.importKey(profile, own.repeat(20), KeySpec.plain()));
        refused(() -> admin.delete(profile, false));
        admin.revokeKey(acme.key.id());
        refused(() -> admin.refreshKey(acme.key.id()));
        refused(() -> admin.enableKey(acme.key.id()));
        refused(() -> {
            for (int i = 0; i < 20; i++) {
                keepOut(admin.issueKey(profile));
            }
        });
    }

    /** What the store and the audit record say. */
    private void listen() {
        for (AuditEntry entry : acme.admin.audit(1_000)) {
            words.add(entry.toString());
        }
        for (ApiKey key : acme.admin.listKeys(acme.mobile.id())) {
            say(key);
            key.uniqueKeys().stream().map(UniqueKey::toString).forEach(words::add);
        }
        words.add(store.changesSince(0).toString());
    }

    private void decide() {
        for (String secret : List.copyOf(secrets)) {
            decide(secret);
            decide(secret + "x");
        }
        decide(FOREIGN);
        decide(FOREIGN + "-2");
    }

    private void decide(String credential) {
        for (AccessRequest request : List.of(
                Acme.request(GET, "/orders/1").apiKey(credential).build(),
                Acme.request(GET, "/elsewhere").apiKey(credential).build(),
                AccessRequest.of(GET, "/orders/1")
                        .from(Acme.OUTSIDE)
                        .apiKey(credential)
                        .build(),
                Acme.request(GET, "/orders/1").bearer(credential).build(),
                Acme.request(GET, "/orders/1")
                        .apiKey(credential)
                        .bearer(credential)
                        .build())) {
            words.add(request.toString());
            request.credentials().forEach(offered -> words.add(offered.toString()));
            Decision decision = acme.access.decider().decide(request);
            words.add(decision.toString());
            Explanation explanation = acme.access.explain(request);
            words.add(explanation.toString());
            explanation.steps().forEach(step -> words.add(step.found()));
            words.add(acme.access.explain(acme.mobile.id(), request).toString());
        }
    }

    private void refused(Runnable attempt) {
        RuntimeException refused = assertThrows(RuntimeException.class, attempt::run);
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        words.add(trace.toString());
    }

    private IssuedKey keep(IssuedKey key) {
        secrets.add(key.reveal());
        words.add(key.toString());
        say(key.key());
        return key;
    }

    private void keepOut(IssuedKey key) {
        words.add(key.toString());
    }

    private void say(Entity<?> entity) {
        words.add(entity.toString());
    }

    /** A secret as it is, its secret part alone if it is an issued key, and its hashes as people write them. */
    private static List<String> forms(String secret) {
        List<String> forms = new ArrayList<>(List.of(secret));
        if (secret.startsWith("ak_")) {
            forms.add(secret.substring(14, 41));
        }
        byte[] hash = sha256(secret);
        for (byte[] bytes : List.of(hash, hmac(hash), secret.getBytes(StandardCharsets.UTF_8))) {
            forms.add(HexFormat.of().formatHex(bytes));
            forms.add(HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT));
            forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
        return forms;
    }

    private static byte[] hmac(byte[] hash) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(PEPPER, "HmacSHA256"));
            return mac.doFinal(hash);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
