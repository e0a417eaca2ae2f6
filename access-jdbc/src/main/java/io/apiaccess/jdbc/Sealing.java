package io.apiaccess.jdbc;

import io.apiaccess.spi.SecretCipher;
import java.util.ArrayList;
import java.util.List;

/** Sealing secrets again with the newest key of a cipher, in pages by profile, each in a transaction alone among writers. */
final class Sealing {
    private static final String PAGE = "SELECT profile_id, seq, sealed FROM access_token_key WHERE sealed IS NOT NULL"
            + " AND (profile_id > ? OR (profile_id = ? AND seq > ?)) ORDER BY profile_id, seq LIMIT ?";
    private static final String SEAL = "UPDATE access_token_key SET sealed = ? WHERE profile_id = ? AND seq = ?";

    private Sealing() {}

    /**
     * How far it has come.
     *
     * @param profile whose secret was looked at last
     * @param seq which of its secrets
     * @param count how many were sealed again
     * @param over whether there are no more
     */
    record Progress(String profile, int seq, int count, boolean over) {}

    @SuppressWarnings("ArrayRecordComponent") // on its way from one statement to the next
    private record Secret(String profile, int seq, byte[] sealed) {}

    /** Seals the key of fingerprints. */
    static Progress begin(Sql sql, SecretCipher cipher) {
        PrintKey.sealAgain(sql, cipher);
        return new Progress("", 0, 0, false);
    }

    /** Seals those of a page that are not sealed with the newest key. */
    static Progress page(Sql sql, SecretCipher cipher, Progress before, int size) {
        List<Secret> page = sql.query(
                row -> new Secret(row.getString(1), row.getInt(2), row.getBytes(3)),
                PAGE,
                before.profile,
                before.profile,
                before.seq,
                size);
        List<Object[]> sealed = new ArrayList<>();
        for (Secret secret : page) {
            if (!cipher.isNewest(secret.sealed)) {
                String place = TermsRows.place(secret.profile);
                byte[] again = cipher.seal(cipher.open(secret.sealed, place), place);
                sealed.add(new Object[] {again, secret.profile, secret.seq});
            }
        }
        sql.batch(SEAL, sealed);
        int count = before.count + sealed.size();
        if (page.size() < size) {
            return new Progress(before.profile, before.seq, count, true);
        }
        Secret last = page.get(page.size() - 1);
        return new Progress(last.profile, last.seq, count, false);
    }
}
