package io.apiaccess.spi;

import java.util.Map;

/**
 * Seals the secrets that a store must be able to read again, such as those that verify HMAC signatures. Implementations are
 * thread-safe.
 */
public interface SecretCipher {
    /**
     * Returns a cipher by AES-256-GCM, which seals with the newest of its keys and opens what any of them has sealed: the
     * key's id stands in what is sealed.
     *
     * @param newest the id of the key to seal with
     * @param keys 32 bytes each, by ids of 1 to 64 of {@code A-Z a-z 0-9 _ -}
     */
    static SecretCipher aesGcm(String newest, Map<String, byte[]> keys) {
        return new AesGcmCipher(newest, keys);
    }

    /**
     * Seals a secret.
     *
     * @param place where it is kept: what is sealed opens nowhere else
     */
    byte[] seal(byte[] secret, String place);

    /**
     * Returns a secret that was sealed.
     *
     * @throws StoreException if the key is unknown, or it was sealed for another place, or changed
     */
    byte[] open(byte[] sealed, String place);

    /** Returns whether something is sealed with the newest key, so that it need not be sealed again. */
    boolean isNewest(byte[] sealed);
}
