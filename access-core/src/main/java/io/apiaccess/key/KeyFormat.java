package io.apiaccess.key;

import io.apiaccess.check.Faults;
import io.apiaccess.client.KeyId;
import io.apiaccess.request.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text form of issued keys: prefix, {@code _}, 11 characters of key id, 27 of secret (160 bits) and 6 of CRC-32 over
 * all before it, base62. Client secrets have {@code s_} behind the prefix and access tokens {@code t_}, so that none of the
 * three has the form of another. Immutable.
 */
public final class KeyFormat {
    /** The prefix of keys unless another is configured. */
    public static final String DEFAULT_PREFIX = "ak";

    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final boolean[] IS_DIGIT = isDigit();
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int ID_LENGTH = 11;
    private static final int SECRET_LENGTH = 27;
    private static final int CHECK_LENGTH = 6;
    private static final int ID_BITS = 64;
    private static final int SECRET_BITS = 160;
    private static final int MIN_FOREIGN = 16;
    private static final int MAX_FOREIGN = 512;

    private final String prefix;
    private final String start;

    /**
     * Returns the format with a prefix.
     *
     * @throws IllegalArgumentException if the prefix is not {@code [a-z][a-z0-9]{0,15}}
     */
    public KeyFormat(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("key prefix " + Faults.quote(prefix)
                    + " is not a lower-case letter followed by at most 15 lower-case letters and digits");
        }
        this.prefix = prefix;
        start = prefix + "_";
    }

    private KeyFormat(String prefix, String start) {
        this.prefix = prefix;
        this.start = start;
    }

    /** Returns the form of client secrets. */
    public KeyFormat ofSecrets() {
        return new KeyFormat(prefix, prefix + "s_");
    }

    /** Returns the form of access tokens. */
    public KeyFormat ofTokens() {
        return new KeyFormat(prefix, prefix + "t_");
    }

    /** Returns a new text. */
    public Secret generate(SecureRandom random) {
        String body = start
                + encode(new BigInteger(ID_BITS, random), ID_LENGTH)
                + encode(new BigInteger(SECRET_BITS, random), SECRET_LENGTH);
        CRC32 check = new CRC32();
        check.update(body.getBytes(StandardCharsets.US_ASCII));
        return Secret.of(body + encode(BigInteger.valueOf(check.getValue()), CHECK_LENGTH));
    }

    /** Returns the key id in a text of this format. */
    public KeyId idOf(Secret text) {
        return new KeyId(text.reveal().substring(start.length(), start.length() + ID_LENGTH));
    }

    /** Returns whether a text claims to be of this format. */
    public boolean isOwn(String text) {
        return text.startsWith(start);
    }

    /** Returns whether a text is of this format, with a right checksum. */
    public boolean isWellFormed(String text) {
        Bench bench = Bench.borrow();
        try {
            return isTaken(text, bench);
        } finally {
            bench.giveBack();
        }
    }

    /** Takes a text to a bench, and returns whether it is of this format, with a right checksum. */
    boolean isTaken(String text, Bench bench) {
        int bodyLength = start.length() + ID_LENGTH + SECRET_LENGTH;
        return isOwn(text)
                && text.length() == bodyLength + CHECK_LENGTH
                && bench.take(text)
                && hasDigits(bench, bodyLength)
                && hasChecksum(bench, bodyLength);
    }

    // No jump on what the text holds: of a random one, every second would be guessed wrong.
    private boolean hasDigits(Bench bench, int bodyLength) {
        boolean digits = true;
        for (int i = start.length(); i < bodyLength; i++) {
            digits &= IS_DIGIT[bench.at(i)];
        }
        return digits;
    }

    private static boolean hasChecksum(Bench bench, int bodyLength) {
        long check = bench.crc32(bodyLength);
        for (int i = bodyLength + CHECK_LENGTH - 1; i >= bodyLength; i--) {
            if (bench.at(i) != DIGITS.charAt((int) (check % DIGITS.length()))) {
                return false;
            }
            check /= DIGITS.length();
        }
        return true;
    }

    /** Returns whether a text may have been imported: 16 to 512 printable ASCII characters. */
    public static boolean isForeign(String text) {
        return text.length() >= MIN_FOREIGN
                && text.length() <= MAX_FOREIGN
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    private static String encode(BigInteger value, int length) {
        char[] out = new char[length];
        BigInteger rest = value;
        for (int i = length - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            out[i] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        return new String(out);
    }

    private static boolean[] isDigit() {
        boolean[] table = new boolean[0x80];
        DIGITS.chars().forEach(digit -> table[digit] = true);
        return table;
    }
}
