package io.apiaccess.memory;

import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageCount;
import io.apiaccess.spi.UsageKey;
import io.apiaccess.spi.UsageLength;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A store of usage in memory: what is in it ends with the process. Thread-safe.
 *
 * <p>It holds 1,000,000 different counts unless told otherwise; when there are more, the oldest minutes are rolled up
 * earlier, then the oldest days, and at last the oldest months are forgotten.
 */
public final class MemoryUsageStore implements UsageStore {
    private static final int MAX_COUNTS = 1_000_000;
    private static final long MINUTE = 60;

    private final int maxCounts;
    private final Map<String, Long> batches = new HashMap<>();
    private final Map<UsageLength, NavigableMap<Instant, Map<UsageKey, Long>>> counts =
            new EnumMap<>(UsageLength.class);
    private final Map<ProfileId, Map<Optional<KeyId>, Instant>> lastUses = new HashMap<>();
    private final Map<UsageLength, Instant> early = new EnumMap<>(UsageLength.class);
    private UsageRetention retention = UsageRetention.STANDARD;
    private int size;

    /** Returns a store with nothing in it. */
    public MemoryUsageStore() {
        this(MAX_COUNTS);
    }

    /** Returns a store with nothing in it that holds so many different counts. */
    public MemoryUsageStore(int maxCounts) {
        this.maxCounts = maxCounts;
        for (UsageLength length : UsageLength.values()) {
            counts.put(length, new TreeMap<>());
        }
    }

    @Override
    public synchronized void add(UsageBatch batch) {
        if (batch.number() <= batches.getOrDefault(batch.node(), 0L)) {
            return;
        }
        batches.put(batch.node(), batch.number());
        for (UsageCount count : batch.counts()) {
            add(UsageLength.MINUTE, count.minute(), count.key(), count.calls());
            if (count.isUse()) {
                lastUses.computeIfAbsent(count.key().profile().orElseThrow(), none -> new HashMap<>())
                        .merge(count.key().key(), count.lastAt(), MemoryUsageStore::later);
            }
        }
        makeRoom();
    }

    @Override
    public synchronized List<UsageSum> sums(UsageQuery query) {
        Map<Group, long[]> sums = new LinkedHashMap<>();
        counts.forEach((length, starts) -> starts.subMap(query.from(), true, query.to(), false)
                .forEach((start, keys) -> keys.forEach((key, calls) -> {
                    if (query.only().admits(key)) {
                        Group group = new Group(step(start, query.stepMinutes()), length, key.by(query.by()));
                        long[] sum = sums.computeIfAbsent(group, none -> new long[2]);
                        sum[key.reason().isEmpty() ? 0 : 1] += calls;
                    }
                })));
        return sums.entrySet().stream()
                .map(entry -> new UsageSum(
                        entry.getKey().start(),
                        entry.getKey().length(),
                        entry.getKey().key(),
                        entry.getValue()[0],
                        entry.getValue()[1]))
                .toList();
    }

    @Override
    public synchronized List<LastUse> lastUses(ProfileId profile) {
        return lastUsesOf(profile).toList();
    }

    @Override
    public synchronized List<LastUse> lastUsesSince(Instant since) {
        return lastUses.keySet().stream()
                .flatMap(this::lastUsesOf)
                .filter(use -> !use.at().isBefore(since))
                .toList();
    }

    @Override
    public synchronized void rollUp(UsageRetention retention, Instant now) {
        this.retention = retention;
        roll(UsageLength.MINUTE, retention.limit(UsageLength.MINUTE, now));
        roll(UsageLength.DAY, retention.limit(UsageLength.DAY, now));
        Instant end = retention.limit(UsageLength.MONTH, now);
        roll(UsageLength.MONTH, end);
        lastUses.values().forEach(keys -> keys.values().removeIf(at -> at.isBefore(end)));
        lastUses.values().removeIf(Map::isEmpty);
    }

    @Override
    public synchronized Optional<Instant> rolledUpEarly(UsageLength length) {
        return Optional.ofNullable(early.get(length));
    }

    private Stream<LastUse> lastUsesOf(ProfileId profile) {
        return lastUses.getOrDefault(profile, Map.of()).entrySet().stream()
                .map(use -> new LastUse(profile, use.getKey(), use.getValue()));
    }

    private void add(UsageLength length, Instant start, UsageKey key, long calls) {
        Map<UsageKey, Long> keys = starts(length).computeIfAbsent(start, none -> new HashMap<>());
        if (keys.merge(key, calls, Long::sum) == calls) {
            size++;
        }
    }

    private void roll(UsageLength length, Instant before) {
        while (!starts(length).headMap(before, false).isEmpty()) {
            rollOldest(length);
        }
    }

    /** Moves the oldest of a length into the next, or forgets it if there is none. */
    private void rollOldest(UsageLength length) {
        Map.Entry<Instant, Map<UsageKey, Long>> oldest = starts(length).pollFirstEntry();
        size -= oldest.getValue().size();
        length.next().ifPresent(next -> {
            Instant start = retention.start(next, oldest.getKey());
            oldest.getValue().forEach((key, calls) -> add(next, start, key, calls));
        });
    }

    private void makeRoom() {
        for (UsageLength length : UsageLength.values()) {
            while (size > maxCounts && !starts(length).isEmpty()) {
                Instant end = retention.span(length, starts(length).firstKey()).end();
                early.merge(length, end, MemoryUsageStore::later);
                rollOldest(length);
            }
        }
    }

    private NavigableMap<Instant, Map<UsageKey, Long>> starts(UsageLength length) {
        return Objects.requireNonNull(counts.get(length));
    }

    private static Instant step(Instant start, int minutes) {
        long step = minutes * MINUTE;
        return minutes == 0 ? Instant.EPOCH : Instant.ofEpochSecond(Math.floorDiv(start.getEpochSecond(), step) * step);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private record Group(Instant start, UsageLength length, UsageKey key) {}
}
