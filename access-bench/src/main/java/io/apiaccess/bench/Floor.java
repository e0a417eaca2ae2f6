package io.apiaccess.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32;

/**
 * The physical limit to divide by: the checks of an allowed request in one method over flat rows, without objects. It knows
 * nothing but the {@link Load}, and cannot be changed while it runs. Not thread-safe but for its limiters: one for each thread
 * by {@link #forThread()}.
 */
final class Floor {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BODY = 41;
    private static final int CHECK = 6;
    private static final int ROW = 16;
    private static final int RANGES = 4;
    private static final int GRANTS = 8;
    private static final int EXPIRES = 9;
    private static final long GAP_NANOS = 1;
    private static final long BURST_NANOS = 60_000_000_000L;
    private static final long QUOTA = 1_000_000_000_000_000L;

    private final long[] rows;
    private final long[] routes;
    private final AtomicLongArray counters;
    private final MessageDigest sha256;
    private final CRC32 crc = new CRC32();
    private final byte[] digest = new byte[32];

    /** One prepared request; the floor reads its key as bytes and its address as a number. */
    @SuppressWarnings("ArrayRecordComponent") // nothing is compared or shown
    record Request(String text, byte[] key, String path, String from, int address) {
        static Request of(String key, String path, String from) {
            int address = 0;
            for (String part : from.split("\\.", -1)) {
                address = (address << 8) | Integer.parseInt(part);
            }
            return new Request(key, key.getBytes(StandardCharsets.US_ASCII), path, from, address);
        }
    }

    Floor(int profiles) throws GeneralSecurityException {
        this(
                new long[ROW * Integer.highestOneBit(profiles * 2 - 1) * 2],
                new long[512],
                new AtomicLongArray(2 * Integer.highestOneBit(profiles * 2 - 1) * 2));
        for (int collection = 0; collection < Load.COLLECTIONS; collection++) {
            for (int route = 0; route < Load.ROUTES; route++) {
                long hash = route("/api" + collection + "/v1/things" + route + "/0");
                int at = (int) hash & 255;
                while (routes[2 * at] != 0) {
                    at = at + 1 & 255;
                }
                routes[2 * at] = hash;
                routes[2 * at + 1] = 1L << collection;
            }
        }
    }

    private Floor(long[] rows, long[] routes, AtomicLongArray counters) throws GeneralSecurityException {
        this.rows = rows;
        this.routes = routes;
        this.counters = counters;
        this.sha256 = MessageDigest.getInstance("SHA-256");
    }

    /** Returns the same with buffers of its own. */
    Floor forThread() throws GeneralSecurityException {
        return new Floor(rows, routes, counters);
    }

    /** Adds a profile. */
    void add(String key, int[] networks, int[] prefixes, long grants) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        int places = rows.length / ROW;
        int at = (int) (long) LONGS.get(hash, 0) & places - 1;
        while (rows[ROW * at] != 0) {
            at = at + 1 & places - 1;
        }
        for (int i = 0; i < 4; i++) {
            rows[ROW * at + i] = (long) LONGS.get(hash, 8 * i);
        }
        for (int i = 0; i < RANGES; i++) {
            long mask = prefixes[i] == 0 ? 0 : -1 << (32 - prefixes[i]);
            rows[ROW * at + RANGES + i] = ((long) networks[i] << 32) | (mask & 0xffff_ffffL);
        }
        rows[ROW * at + GRANTS] = grants;
        rows[ROW * at + EXPIRES] = Long.MAX_VALUE;
    }

    /** Returns whether a request may pass. */
    boolean decide(Request request) {
        byte[] key = request.key;
        if (key.length != BODY + CHECK) {
            return false;
        }
        crc.reset();
        crc.update(key, 0, BODY);
        long check = crc.getValue();
        for (int i = BODY + CHECK - 1; i >= BODY; i--) {
            if (key[i] != DIGITS.charAt((int) (check % 62))) {
                return false;
            }
            check /= 62;
        }
        try {
            sha256.update(key, 0, key.length);
            sha256.digest(digest, 0, 32);
        } catch (GeneralSecurityException e) {
            return false;
        }
        int at = row();
        if (at < 0 || System.currentTimeMillis() >= rows[at + EXPIRES] || !isFrom(at, request.address)) {
            return false;
        }
        long collections = collections(route(request.path));
        return (collections & rows[at + GRANTS]) != 0 && take(2 * (at / ROW), System.nanoTime());
    }

    private int row() {
        long a = (long) LONGS.get(digest, 0);
        int places = rows.length / ROW;
        for (int at = (int) a & places - 1; ; at = at + 1 & places - 1) {
            int row = ROW * at;
            if (rows[row] == 0) {
                return -1;
            }
            long differs = (rows[row] ^ a)
                    | (rows[row + 1] ^ (long) LONGS.get(digest, 8))
                    | (rows[row + 2] ^ (long) LONGS.get(digest, 16))
                    | (rows[row + 3] ^ (long) LONGS.get(digest, 24));
            if (differs == 0) {
                return row;
            }
        }
    }

    private boolean isFrom(int row, int address) {
        boolean found = false;
        for (int i = 0; i < RANGES; i++) {
            long range = rows[row + RANGES + i];
            found |= (address & (int) range) == (int) (range >>> 32);
        }
        return found;
    }

    /** Returns a hash of all segments but the last, or 0 for a path without canonical form. */
    private static long route(String path) {
        long hash = 1;
        long found = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '%' || c == '\\' || c == ';' || c == '?' || c == '#') {
                return 0;
            }
            if (c == '/') {
                found = hash;
            }
            hash = hash * 31 + c;
        }
        return found;
    }

    private long collections(long hash) {
        for (int at = (int) hash & 255; routes[2 * at] != 0; at = at + 1 & 255) {
            if (routes[2 * at] == hash) {
                return routes[2 * at + 1];
            }
        }
        return 0;
    }

    private boolean take(int counter, long now) {
        while (true) {
            long ready = counters.get(counter);
            long from = Math.max(ready, now);
            if (from - now > BURST_NANOS) {
                return false;
            }
            if (counters.compareAndSet(counter, ready, from + GAP_NANOS)) {
                break;
            }
        }
        while (true) {
            long used = counters.get(counter + 1);
            if (used >= QUOTA) {
                return false;
            }
            if (counters.compareAndSet(counter + 1, used, used + 1)) {
                return true;
            }
        }
    }
}
