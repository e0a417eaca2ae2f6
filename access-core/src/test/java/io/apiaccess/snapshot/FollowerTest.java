package io.apiaccess.snapshot;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FollowerTest {
    @Test
    @Rule("S4")
    void asksOnAfterAnAnswerThatWasTooMuch() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        try (Follower follower = new Follower(Optional.of(Duration.ofMillis(10)), () -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("as if");
            }
            return true;
        })) {
            follower.start();
            assertTrue(follower.await(follower.wake(), Duration.ofSeconds(60)));
        }
    }
}
