package io.apiaccess.introspect;

import io.apiaccess.client.KeyDigest;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.Claims;
import io.apiaccess.keyset.Poster;
import io.apiaccess.keyset.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether tokens of others are active, asked of an endpoint off the request's thread (RFC 7662). Thread-safe.
 *
 * <p>What it says is remembered, for a minute at most and never past the token's end; all who want to know of one token
 * share a call; 16 calls are under way at most, and 50 begin in any second. Who would need more, or has waited for as long as
 * it may, does not get to know.
 */
public final class Introspection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Introspection.class);
    private static final int MAX_CALLS = 16;
    private static final int MAX_WAITING = 64;
    private static final long IDLE_SECONDS = 30;

    private final IntrospectionEndpoint endpoint;
    private final Poster poster;
    private final LongSupplier nanos;
    private final Duration budget;
    private final Executor executor;
    private final Runnable end;
    private final Answers answers;
    private final Pace pace = new Pace();
    private final Semaphore calls = new Semaphore(MAX_CALLS);
    private final Semaphore places = new Semaphore(MAX_WAITING);
    private final ConcurrentHashMap<KeyDigest, CompletableFuture<Answer>> running = new ConcurrentHashMap<>();

    /**
     * Returns one that knows nothing yet.
     *
     * @param nanos the monotonic clock, for the age of answers
     * @param budget how long a decision waits for an answer
     * @param maxAnswers how many are remembered; 0 remembers none
     */
    public static Introspection create(
            IntrospectionEndpoint endpoint, Poster poster, LongSupplier nanos, Duration budget, int maxAnswers) {
        ThreadPoolExecutor pool = pool();
        return new Introspection(endpoint, poster, nanos, budget, maxAnswers, pool, pool::shutdownNow);
    }

    /** A call that has ended still needs its thread to tell of that, while the next begins. */
    static ThreadPoolExecutor pool() {
        return new ThreadPoolExecutor(
                0, 2 * MAX_CALLS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "access-control-introspection");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    Introspection(
            IntrospectionEndpoint endpoint,
            Poster poster,
            LongSupplier nanos,
            Duration budget,
            int maxAnswers,
            Executor executor,
            Runnable end) {
        this.endpoint = endpoint;
        this.poster = poster;
        this.nanos = nanos;
        this.budget = budget;
        this.executor = executor;
        this.end = end;
        this.answers = new Answers(maxAnswers);
    }

    /**
     * Returns what an active token holds, or nothing if it is not active.
     *
     * @param digest of the token's text
     * @throws UnavailableException if that cannot be known in time
     */
    public Optional<Claims> find(KeyDigest digest, String token, Instant now) throws UnavailableException {
        Answer known = answers.find(digest, nanos.getAsLong(), now);
        return Optional.ofNullable((known == null ? ask(digest, token, now) : known).claims());
    }

    @Override
    public void close() {
        end.run();
    }

    private Answer ask(KeyDigest digest, String token, Instant now) throws UnavailableException {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> call = running.putIfAbsent(digest, mine);
        if (call == null) {
            call = mine;
            Answer meanwhile = answers.find(digest, nanos.getAsLong(), now);
            if (meanwhile != null) {
                finish(digest, mine, meanwhile, "");
            } else {
                start(digest, token, mine);
            }
        }
        return await(call);
    }

    private void start(KeyDigest digest, String token, CompletableFuture<Answer> call) {
        if (!calls.tryAcquire()) {
            finish(digest, call, null, "enough calls are under way");
            return;
        }
        boolean started = false;
        String fault = "no thread is free, or it is closed";
        try {
            if (pace.enters(nanos.getAsLong())) {
                executor.execute(() -> call(digest, token, call));
                started = true;
            } else {
                fault = "enough calls have begun within a second";
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is not asked", endpoint, e);
        } finally {
            // also where no thread can be had for lack of memory: who asks again would wait for this call for ever
            if (!started) {
                calls.release();
                finish(digest, call, null, fault);
            }
        }
    }

    private void call(KeyDigest digest, String token, CompletableFuture<Answer> call) {
        Answer answer = null;
        String fault = "the endpoint gave no answer that counts";
        try {
            String json = poster.post(endpoint.url(), IntrospectionEndpoint.form(token), endpoint.authorization());
            answer = Answer.parse(json, nanos.getAsLong());
            answers.put(digest, answer);
        } catch (MalformedException e) {
            LOG.warn("{} answers with {}", endpoint, e.fault());
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} did not answer: {}", endpoint, e.toString());
        } finally {
            calls.release();
            finish(digest, call, answer, fault);
        }
    }

    /** Lets go of a call before those who wait for it are told, so that none can come too late for its end. */
    private void finish(KeyDigest digest, CompletableFuture<Answer> call, @Nullable Answer answer, String fault) {
        running.remove(digest, call);
        if (answer == null) {
            call.completeExceptionally(new UnavailableException(fault));
        } else {
            call.complete(answer);
        }
    }

    private Answer await(Future<Answer> call) throws UnavailableException {
        if (call.isDone()) {
            return get(call);
        }
        if (!places.tryAcquire()) {
            throw new UnavailableException("enough decisions wait for the introspection endpoint");
        }
        try {
            return get(call);
        } finally {
            places.release();
        }
    }

    private Answer get(Future<Answer> call) throws UnavailableException {
        try {
            return call.get(budget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new UnavailableException("the introspection endpoint takes too long");
        } catch (ExecutionException e) {
            throw new UnavailableException(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while the introspection endpoint was asked");
        }
    }
}
