package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;

import io.apiaccess.Acme;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that decides until it is killed, and keeps in a file how far it has come: the file's pages outlive it.
 *
 * <p>It ends as well when whoever started it does.
 */
final class CountingNode {
    /** The longs of the file: how many calls were decided, how many when the last batch but one was in, and batches. */
    static final int DECIDED = 0;

    static final int SURELY_WRITTEN = 1;
    static final int BATCHES = 2;
    static final int LENGTH = 3;

    private CountingNode() {}

    /** Decides; the arguments are the URL of the database and the file. */
    public static void main(String[] arguments) throws IOException {
        LongBuffer progress = open(Path.of(arguments[1]));
        AtomicLong decided = new AtomicLong();
        UsageStore written = JdbcUsageStore.builder(new UrlDataSource(arguments[0]))
                .timeout(Duration.ofSeconds(10))
                .build();
        UsageStore store = new Watched(written, decided, progress);
        Acme acme = new Acme(builder -> builder.clock(InstantSource.system())
                .monotonicClock(System::nanoTime)
                .usageStore(store));
        Thread calling = new Thread(() -> {
            while (true) {
                acme.decide(GET, "/orders/1");
                progress.put(DECIDED, decided.incrementAndGet());
                LockSupport.parkNanos(100_000);
            }
        });
        calling.setDaemon(true);
        calling.start();
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(1);
    }

    /** Returns the longs of a file. */
    static LongBuffer open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) LENGTH * Long.BYTES);
            return mapped.asLongBuffer();
        }
    }

    /** A store that notes how far it has come once a batch is in. */
    private static final class Watched implements UsageStore {
        private final UsageStore store;
        private final AtomicLong decided;
        private final LongBuffer progress;
        private long decidedBefore;

        Watched(UsageStore store, AtomicLong decided, LongBuffer progress) {
            this.store = store;
            this.decided = decided;
            this.progress = progress;
        }

        @Override
        public void add(UsageBatch batch) {
            store.add(batch);
            // this batch was collected after the one before was in
            progress.put(SURELY_WRITTEN, decidedBefore);
            progress.put(BATCHES, batch.number());
            decidedBefore = decided.get();
        }

        @Override
        public List<UsageSum> sums(UsageQuery query) {
            return store.sums(query);
        }

        @Override
        public List<LastUse> lastUses(ProfileId profile) {
            return store.lastUses(profile);
        }

        @Override
        public List<LastUse> lastUsesSince(Instant since) {
            return store.lastUsesSince(since);
        }

        @Override
        public void rollUp(UsageRetention retention, Instant now) {
            store.rollUp(retention, now);
        }
    }
}
