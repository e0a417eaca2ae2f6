package io.apiaccess.introspect;

import io.apiaccess.client.KeyDigest;
import io.apiaccess.token.Generations;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Answers that still count, by a digest of the token's whole text. Thread-safe. */
final class Answers {
    private final Generations<Answer> kept;

    /** Returns a memory of at most so many answers; 0 remembers none. */
    Answers(int max) {
        kept = new Generations<>(max, Answer::size);
    }

    @Nullable Answer find(KeyDigest digest, long nanos, Instant now) {
        Answer answer = kept.find(digest);
        return answer != null && answer.countsAt(nanos, now) ? answer : null;
    }

    void put(KeyDigest digest, Answer answer) {
        kept.put(digest, answer);
    }
}
