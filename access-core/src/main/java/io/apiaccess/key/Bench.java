package io.apiaccess.key;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What checking and hashing a short ASCII text needs, borrowed by one thread for one call, so that neither costs an
 * allocation. Not thread-safe while it is borrowed.
 */
final class Bench {
    static final int CAPACITY = 512;

    private static final Bench[] SHARED = Stream.generate(Bench::new).limit(64).toArray(Bench[]::new);

    /** For tests too, which leave a hash without its end. */
    final MessageDigest sha256 = newSha256();

    private final CRC32 crc32 = new CRC32();
    private final byte[] text = new byte[CAPACITY];
    private final byte[] hash = new byte[KeyHasher.BYTES];
    private int length;
    private final AtomicBoolean lent = new AtomicBoolean();

    private Bench() {}

    /** Returns one that nobody else has, without a text. */
    static Bench borrow() {
        Bench shared = SHARED[(int) Thread.currentThread().getId() & SHARED.length - 1];
        return shared.lent.compareAndSet(false, true) ? shared : new Bench();
    }

    /** Gives it back, with nothing of the text left, also where a hash was begun and not ended. */
    void giveBack() {
        sha256.reset();
        Arrays.fill(text, 0, length, (byte) 0);
        length = 0;
        lent.lazySet(false);
    }

    /** Takes a text, and returns whether it is ASCII and short enough. */
    boolean take(String wanted) {
        if (wanted.length() > CAPACITY) {
            return false;
        }
        length = wanted.length();
        int all = 0;
        for (int i = 0; i < length; i++) {
            char c = wanted.charAt(i);
            all |= c;
            text[i] = (byte) c;
        }
        return all < 0x80;
    }

    /** Returns the character at a place of the text. */
    byte at(int index) {
        return text[index];
    }

    /** Returns the CRC-32 (ISO 3309) of the first characters of the text. */
    long crc32(int characters) {
        crc32.reset();
        crc32.update(text, 0, characters);
        return crc32.getValue();
    }

    /** Returns the SHA-256 of any text in UTF-8, to be read before it is given back. */
    byte[] sha256(String wanted) {
        sha256.update(wanted.getBytes(StandardCharsets.UTF_8));
        return hash();
    }

    /** Returns the SHA-256 of the text, to be read before it is given back. */
    byte[] sha256() {
        sha256.update(text, 0, length);
        return hash();
    }

    private byte[] hash() {
        try {
            sha256.digest(hash, 0, hash.length);
            return hash;
        } catch (DigestException e) {
            throw new IllegalStateException("this JDK has no SHA-256 of " + hash.length + " bytes", e);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
