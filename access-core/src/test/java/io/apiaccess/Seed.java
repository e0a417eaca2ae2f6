package io.apiaccess;

/** Where the random choices of a test begin: another place in every run, printed, so that a run can be had again. */
public final class Seed {
    private Seed() {}

    /** Returns the seed of a test: the system property {@code seed} or a new one. */
    public static long of(Class<?> test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed of " + test.getSimpleName() + ": " + seed + " (again with -Dseed=" + seed + ")");
        return seed;
    }
}
