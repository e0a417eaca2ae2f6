package io.apiaccess.spi;

import io.apiaccess.check.Faults;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM. Sealed are: a version byte, the length and the bytes of the key id, 12 bytes of nonce, the ciphertext with its
 * tag of 16 bytes. All before the nonce and the place are authenticated with it.
 */
final class AesGcmCipher implements SecretCipher {
    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final String newest;
    private final Map<String, SecretKeySpec> keys = new HashMap<>();

    AesGcmCipher(String newest, Map<String, byte[]> keys) {
        Faults faults = new Faults();
        keys.forEach((id, key) -> {
            faults.require(
                    Faults.isId(id),
                    "key id " + Faults.quote(id) + " is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
            faults.require(
                    key.length == KEY_BYTES,
                    "key " + Faults.quote(id) + " has `" + key.length + "` bytes: AES-256 needs " + KEY_BYTES);
            if (key.length == KEY_BYTES) {
                this.keys.put(id, new SecretKeySpec(key, "AES"));
            }
        });
        faults.require(keys.containsKey(newest), "there is no key " + Faults.quote(newest) + " to seal with");
        faults.throwIfAny("secret cipher", newest);
        this.newest = newest;
    }

    @Override
    public byte[] seal(byte[] secret, String place) {
        byte[] header = header(newest);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, newest, nonce, header, place).doFinal(secret);
            return ByteBuffer.allocate(header.length + nonce.length + sealed.length)
                    .put(header)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new StoreException("a secret cannot be sealed", e);
        }
    }

    @Override
    public byte[] open(byte[] sealed, String place) {
        String id = keyId(sealed);
        if (id == null || !keys.containsKey(id)) {
            throw new StoreException(
                    id == null
                            ? "a secret is not sealed by this cipher"
                            : "a secret is sealed with the unknown key " + Faults.quote(id));
        }
        byte[] header = header(id);
        ByteBuffer rest = ByteBuffer.wrap(sealed, header.length, sealed.length - header.length);
        byte[] nonce = new byte[NONCE_BYTES];
        try {
            rest.get(nonce);
            return cipher(Cipher.DECRYPT_MODE, id, nonce, header, place)
                    .doFinal(sealed, rest.position(), rest.remaining());
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    "a secret that is sealed with key " + Faults.quote(id)
                            + " was changed, or sealed for another place",
                    e);
        }
    }

    @Override
    public boolean isNewest(byte[] sealed) {
        return newest.equals(keyId(sealed));
    }

    private Cipher cipher(int mode, String id, byte[] nonce, byte[] header, String place)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, Objects.requireNonNull(keys.get(id)), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] header(String id) {
        byte[] text = id.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + text.length)
                .put(VERSION)
                .put((byte) text.length)
                .put(text)
                .array();
    }

    private static @Nullable String keyId(byte[] sealed) {
        if (sealed.length < 2
                || sealed[0] != VERSION
                || sealed[1] <= 0
                || sealed.length < 2 + sealed[1] + NONCE_BYTES + TAG_BITS / 8) {
            return null;
        }
        return new String(sealed, 2, sealed[1], StandardCharsets.US_ASCII);
    }
}
