package io.apiaccess.bench;

/** The heap of this process. */
final class Heap {
    private static final int COLLECTIONS = 3;

    private Heap() {}

    /** Returns how many bytes are in use after full collections, the least of what each leaves. */
    static long used() {
        long least = Long.MAX_VALUE;
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
