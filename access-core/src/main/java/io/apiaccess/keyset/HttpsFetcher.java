package io.apiaccess.keyset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches over https: without proxy or redirect, within a time and 64 KiB, from public addresses or listed hosts.
 * Thread-safe.
 *
 * <p>The address is looked at when the connection stands and before a byte is sent, so that no answer of a name server can
 * turn a public name into an address of this network (C12).
 */
public final class HttpsFetcher implements Fetcher {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]");

    private final Set<String> listed;
    private final boolean httpToLoopback;
    private final SSLSocketFactory tls;
    private final Duration timeout;

    /**
     * Returns a fetcher.
     *
     * @param listed hosts that may be anywhere
     * @param httpToLoopback whether plain http to {@code 127.0.0.1} and {@code [::1]} is allowed
     * @param tls what makes connections safe
     * @param timeout after which a fetch is broken off, however far it is
     */
    public HttpsFetcher(Set<String> listed, boolean httpToLoopback, SSLSocketFactory tls, Duration timeout) {
        this.listed =
                listed.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        this.httpToLoopback = httpToLoopback;
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public String fetch(URI url) throws IOException {
        HttpURLConnection connection = open(url);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setAuthenticator(new NoPassword());
        connection.setConnectTimeout((int) timeout.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
        connection.setRequestProperty("Connection", "close");
        // the time-outs of a connection begin again with every byte
        CompletableFuture<Void> end = CompletableFuture.runAsync(
                connection::disconnect, CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("answer with status " + connection.getResponseCode() + ", not 200");
            }
            try (InputStream in = connection.getInputStream()) {
                return read(in, end);
            }
        } finally {
            end.cancel(false);
            connection.disconnect();
        }
    }

    private HttpURLConnection open(URI url) throws IOException {
        String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
        if ("http".equalsIgnoreCase(url.getScheme()) && httpToLoopback && LOOPBACK.contains(host)) {
            return (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        }
        if (!"https".equalsIgnoreCase(url.getScheme())) {
            throw new IOException("only https is spoken, and http to the loopback address where that is switched on");
        }
        HttpsURLConnection connection = (HttpsURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(new Guarded(tls, !listed.contains(host)));
        return connection;
    }

    private static String read(InputStream in, CompletableFuture<Void> end) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        int read = in.read(buffer);
        while (read >= 0) {
            out.write(buffer, 0, read);
            if (out.size() > MAX_BYTES) {
                throw new IOException("an answer of more than " + MAX_BYTES + " bytes");
            }
            read = in.read(buffer);
        }
        if (end.isDone()) {
            throw new IOException("an answer that was broken off, since it takes too long");
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Answers no question for a password, in place of what an application has made the default. */
    private static final class NoPassword extends Authenticator {}

    /**
     * Puts TLS on connections that stand, if they lead where they may. The name in the certificate is compared there too,
     * whatever verifier of names an application has made the default one.
     */
    private static final class Guarded extends SSLSocketFactory {
        private final SSLSocketFactory tls;
        private final boolean onlyPublic;

        Guarded(SSLSocketFactory tls, boolean onlyPublic) {
            this.tls = tls;
            this.onlyPublic = onlyPublic;
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            if (onlyPublic && !Destination.isPublic(connected.getInetAddress())) {
                connected.close();
                throw new IOException("an address that is not public, and the host is not listed");
            }
            SSLSocket socket = (SSLSocket) tls.createSocket(connected, host, port, autoClose);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw unconnected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw unconnected();
        }

        private static IOException unconnected() {
            return new IOException("only connections that stand are made safe");
        }
    }
}
