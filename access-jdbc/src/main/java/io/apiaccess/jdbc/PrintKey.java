package io.apiaccess.jdbc;

import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The random key that fingerprints of shared secrets are made with, in one transaction: kept sealed, and made when it is first
 * asked for. Whoever reads the database without the cipher learns nothing of a secret, however weak, from its fingerprint. Not
 * thread-safe.
 */
final class PrintKey implements Supplier<byte[]> {
    private static final String PLACE = "access_revision.print_key";
    private static final String READ = "SELECT print_key FROM access_revision WHERE id = 1";
    private static final String WRITE = "UPDATE access_revision SET print_key = ? WHERE id = 1";
    private static final int LENGTH = 32;

    private final Sql sql;
    private final Optional<SecretCipher> cipher;
    private final boolean writes;
    private byte @Nullable [] key;

    private PrintKey(Sql sql, Optional<SecretCipher> cipher, boolean writes) {
        this.sql = sql;
        this.cipher = cipher;
        this.writes = writes;
    }

    /** Returns the key in a transaction that changes nothing: where there is none yet, one that nothing was made with. */
    static PrintKey reading(Sql sql, Optional<SecretCipher> cipher) {
        return new PrintKey(sql, cipher, false);
    }

    /** Returns the key in a transaction that is alone among writers. */
    static PrintKey writing(Sql sql, Optional<SecretCipher> cipher) {
        return new PrintKey(sql, cipher, true);
    }

    /**
     * Returns the key.
     *
     * @throws StoreException if there is no cipher, or it cannot open the key
     */
    @Override
    public byte[] get() {
        byte[] known = key;
        if (known == null) {
            SecretCipher sealing = cipher.orElseThrow(() -> new StoreException(
                    "shared secrets are kept encrypted only: give the store a `SecretCipher`"));
            known = sealed(sql).map(sealed -> sealing.open(sealed, PLACE)).orElseGet(() -> make(sealing));
            key = known;
        }
        return known;
    }

    private byte[] make(SecretCipher sealing) {
        byte[] made = new byte[LENGTH];
        new SecureRandom().nextBytes(made);
        if (writes) {
            sql.update(WRITE, (Object) sealing.seal(made, PLACE));
        }
        return made;
    }

    /** Seals the key with the newest key of a cipher, if it is not, and returns whether it was not. */
    static boolean sealAgain(Sql sql, SecretCipher sealing) {
        Optional<byte[]> old = sealed(sql).filter(sealed -> !sealing.isNewest(sealed));
        old.ifPresent(sealed -> sql.update(WRITE, (Object) sealing.seal(sealing.open(sealed, PLACE), PLACE)));
        return old.isPresent();
    }

    private static Optional<byte[]> sealed(Sql sql) {
        return sql.first(row -> Optional.ofNullable(row.getBytes(1)), READ).flatMap(it -> it);
    }
}
