package io.apiaccess;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** An identity provider at the loopback address: metadata and a key set. Thread-safe. */
public final class IdentityProvider implements AutoCloseable {
    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile List<EcSigner> published;
    private volatile boolean out;

    /** Starts one that publishes keys. */
    public IdentityProvider(EcSigner... published) {
        this.published = List.of(published);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve("/keys");
        serve("/.well-known/openid-configuration");
        server.start();
    }

    /** Returns the issuer that it is. */
    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Publishes other keys. */
    public void publish(EcSigner... keys) {
        published = List.of(keys);
    }

    /** Answers nothing but 503, or answers again. */
    public void out(boolean isOut) {
        out = isOut;
    }

    /** Returns what it was asked for. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(String path) {
        server.createContext(path, exchange -> {
            asked.add(path);
            byte[] body = (path.equals("/keys") ? keys() : metadata()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(out ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private String keys() {
        Stream<JWK> keys = published.stream().map(EcSigner::key);
        return new JWKSet(keys.toList()).toString();
    }

    private String metadata() {
        return "{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + "/keys\"}";
    }
}
