package io.apiaccess.keyset;

import io.apiaccess.request.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches over https: without proxy or redirect, within a time and 64 KiB, from public addresses or listed hosts.
 * Thread-safe.
 *
 * <p>The address that is looked at is the one that is connected to, so that no answer of a name server can turn a public
 * name into an address of this network (C12).
 */
public final class HttpsFetcher implements Outbound {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsFetcher.class);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final long IDLE_SECONDS = 30;

    private final Guard guard;
    private final SSLSocketFactory tls;
    private final Duration timeout;
    private final ScheduledThreadPoolExecutor watchdog = watchdog();

    /**
     * Returns a fetcher.
     *
     * @param listed hosts that may be anywhere
     * @param httpToLoopback whether plain http to {@code 127.0.0.1} and {@code [::1]} is allowed
     * @param tls what makes connections safe
     * @param timeout after which a fetch is broken off, however far it is
     */
    public HttpsFetcher(Set<String> listed, boolean httpToLoopback, SSLSocketFactory tls, Duration timeout) {
        this.guard = new Guard(listed, httpToLoopback);
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public String fetch(URI url, boolean onlyPublic) throws IOException {
        return ask(url, onlyPublic, "GET", "Accept: application/jwk-set+json, application/json\r\n", "");
    }

    @Override
    public String post(URI url, Secret form, Secret authorization) throws IOException {
        String fields = "Accept: application/json\r\n"
                + "Authorization: " + authorization.reveal() + "\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + form.reveal().length() + "\r\n";
        return ask(url, false, "POST", fields, form.reveal());
    }

    private String ask(URI url, boolean onlyPublic, String method, String fields, String body) throws IOException {
        boolean plain = guard.isPlain(url, onlyPublic);
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            // time-outs of a socket begin again with every byte, and closing what TLS was put on waits for who reads
            AtomicBoolean late = new AtomicBoolean();
            Future<?> end = watchdog.schedule(() -> breakOff(socket, late), timeout.toNanos(), TimeUnit.NANOSECONDS);
            try {
                connect(socket, url, onlyPublic);
                return exchange(plain ? socket : secured(socket, url), method + " " + target(url) + fields, body);
            } catch (IOException e) {
                throw late.get() ? new IOException("broken off, since it takes too long", e) : e;
            } finally {
                end.cancel(false);
            }
        }
    }

    @Override
    public void close() {
        watchdog.shutdown();
    }

    private void connect(Socket socket, URI url, boolean onlyPublic) throws IOException {
        InetAddress address = InetAddress.getByName(url.getHost());
        guard.check(url, address, onlyPublic);
        int usual = "http".equalsIgnoreCase(url.getScheme()) ? HTTP : HTTPS;
        socket.connect(new InetSocketAddress(address, url.getPort() < 0 ? usual : url.getPort()));
    }

    private SSLSocket secured(Socket connected, URI url) throws IOException {
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        SSLSocket socket = (SSLSocket) tls.createSocket(connected, host, connected.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String target(URI url) {
        URI ascii = URI.create(url.toASCIIString());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return path + (ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery()) + " HTTP/1.1\r\n" + "Host: "
                + ascii.getHost() + (ascii.getPort() < 0 ? "" : ":" + ascii.getPort()) + "\r\n";
    }

    private static String exchange(Socket socket, String head, String body) throws IOException {
        String request = head
                + "Accept-Encoding: identity\r\n"
                + "User-Agent: io.apiaccess\r\n"
                + "Connection: close\r\n\r\n"
                + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(HttpAnswer.body(new BufferedInputStream(socket.getInputStream())), StandardCharsets.UTF_8);
    }

    private static void breakOff(Socket socket, AtomicBoolean late) {
        late.set(true);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection that takes too long could not be closed", e);
        }
    }

    private static ScheduledThreadPoolExecutor watchdog() {
        ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "access-control-fetch-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        watchdog.setRemoveOnCancelPolicy(true);
        watchdog.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        watchdog.allowCoreThreadTimeOut(true);
        return watchdog;
    }
}
