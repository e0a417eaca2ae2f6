package io.apiaccess.keyset;

import io.apiaccess.request.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Fetches by a client of the application: by its proxy, trust and threads, but without redirect, within a time and 64 KiB,
 * over https, from public addresses or listed hosts. Thread-safe.
 *
 * <p>What it cannot do: the client looks names up once more, and may get another answer than the one that was looked at here;
 * where it goes by a proxy, the proxy looks them up, and only addresses that stand in the URL itself are looked at.
 */
public final class ClientFetcher implements Outbound {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    private final HttpClient client;
    private final Guard guard;
    private final Duration timeout;

    /**
     * Returns a fetcher; closing it leaves the client open.
     *
     * @param client one that follows no redirects
     * @param listed hosts that may be anywhere
     * @param httpToLoopback whether plain http to {@code 127.0.0.1} and {@code [::1]} is allowed
     * @param timeout after which a fetch is broken off, however far it is
     */
    public ClientFetcher(HttpClient client, Set<String> listed, boolean httpToLoopback, Duration timeout) {
        this.client = client;
        this.guard = new Guard(listed, httpToLoopback);
        this.timeout = timeout;
    }

    @Override
    public String fetch(URI url, boolean onlyPublic) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder().header("Accept", "application/jwk-set+json, application/json");
        return ask(url, onlyPublic, request.GET());
    }

    @Override
    public String post(URI url, Secret form, Secret authorization) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Accept", "application/json")
                .header("Authorization", authorization.reveal())
                .header("Content-Type", "application/x-www-form-urlencoded");
        return ask(url, false, request.POST(HttpRequest.BodyPublishers.ofString(form.reveal())));
    }

    private String ask(URI url, boolean onlyPublic, HttpRequest.Builder request) throws IOException {
        guard.isPlain(url, onlyPublic);
        if (!isProxied(url) || ADDRESS.matcher(url.getHost()).matches()) {
            for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
                guard.check(url, address, onlyPublic);
            }
        }
        HttpRequest asked = request.uri(URI.create(url.toASCIIString()))
                .header("User-Agent", "io.apiaccess")
                .timeout(timeout)
                .build();
        HttpResponse<byte[]> answer = await(client.sendAsync(asked, info -> new Capped()));
        if (!answer.uri().equals(asked.uri())) {
            throw new IOException("the client has followed a redirect");
        }
        if (answer.statusCode() != 200) {
            throw new IOException("answer with status " + answer.statusCode() + ", not 200");
        }
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** A proxy that the client was not given, but finds for itself, is not seen: names are then looked at nevertheless. */
    private boolean isProxied(URI url) {
        List<Proxy> ways = client.proxy().map(proxies -> proxies.select(url)).orElse(List.of());
        return !ways.isEmpty() && ways.stream().noneMatch(way -> way.type() == Proxy.Type.DIRECT);
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> running) throws IOException {
        try {
            return running.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("broken off, since it takes too long", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            running.cancel(true);
        }
    }

    /** A body of at most 64 KiB; what is longer is not read further. Not thread-safe, as its calls come one after another. */
    private static final class Capped implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source.complete(subscription);
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (read.size() + buffer.remaining() > HttpAnswer.MAX_BYTES) {
                    source.join().cancel();
                    whole.completeExceptionally(new IOException("an answer of more than 64 KiB"));
                    return;
                }
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                read.writeBytes(bytes);
            }
        }

        @Override
        public void onError(Throwable fault) {
            whole.completeExceptionally(fault);
        }

        @Override
        public void onComplete() {
            whole.complete(read.toByteArray());
        }
    }
}
