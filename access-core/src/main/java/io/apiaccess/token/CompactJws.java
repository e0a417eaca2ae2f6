package io.apiaccess.token;

import io.apiaccess.json.Base64Url;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.jwt.Claims;
import io.apiaccess.jwt.JwtAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signed token in compact form (RFC 7515 section 3.1) of which nothing is proven yet. Immutable.
 *
 * <p>Of the header, only {@code alg}, {@code kid} and {@code typ} are read: where a header says to find a key, whatever
 * the way, is not looked at (RFC 8725 section 3.10).
 */
public final class CompactJws {
    /** The longest token, in characters. */
    public static final int MAX_LENGTH = 8 * 1024;

    /** What a token that is understood may have none of: extensions, unencoded payloads, compression. */
    private static final List<String> REFUSED = List.of("crit", "b64", "zip");

    private final JwtAlgorithm algorithm;
    private final @Nullable String keyId;
    private final @Nullable String type;
    private final Claims claims;
    private final byte[] signingInput;
    private final byte[] signature;

    private CompactJws(Header header, Claims claims, byte[] signingInput, byte[] signature) {
        algorithm = header.algorithm;
        keyId = header.keyId;
        type = header.type;
        this.claims = claims;
        this.signingInput = signingInput;
        this.signature = signature;
    }

    private record Header(
            JwtAlgorithm algorithm,
            @Nullable String keyId,
            @Nullable String type) {}

    /**
     * Returns the token in a text.
     *
     * @throws MalformedException saying why there is none
     */
    public static CompactJws parse(String text) throws MalformedException {
        requireShape(text);
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        byte[] signature = Base64Url.decode(text, second + 1, text.length());
        if (signature.length == 0) {
            throw new MalformedException("a token without signature");
        }
        Header header = header(StrictJson.object(Base64Url.decode(text, 0, first)));
        Claims claims = Claims.of(StrictJson.object(Base64Url.decode(text, first + 1, second)));
        return new CompactJws(
                header, claims, text.substring(0, second).getBytes(StandardCharsets.ISO_8859_1), signature);
    }

    /**
     * Refuses a text that is too long or has not three parts, before anything is done with it.
     *
     * @throws MalformedException saying which
     */
    public static void requireShape(String text) throws MalformedException {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedException("a token of more than " + MAX_LENGTH + " characters");
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
            throw new MalformedException("a token that has not three parts");
        }
    }

    /** Returns the algorithm that it says it is signed by. */
    public JwtAlgorithm algorithm() {
        return algorithm;
    }

    /** Returns the id of the key that it says it is signed by (RFC 7515 section 4.1.4). */
    public Optional<String> keyId() {
        return Optional.ofNullable(keyId);
    }

    /** Returns the type that it says it is of (RFC 7515 section 4.1.9). */
    public Optional<String> type() {
        return Optional.ofNullable(type);
    }

    /** Returns its claims. */
    public Claims claims() {
        return claims;
    }

    /** Returns what is signed (RFC 7515 section 5.2). */
    byte[] signingInput() {
        return signingInput;
    }

    byte[] signature() {
        return signature;
    }

    /** Returns the algorithm and the names of the claims, nothing that it says. */
    @Override
    public String toString() {
        return algorithm + " token with " + claims;
    }

    private static Header header(Map<String, @Nullable Object> members) throws MalformedException {
        for (String name : REFUSED) {
            if (members.containsKey(name)) {
                throw new MalformedException("a header with `" + name + "`");
            }
        }
        String name = text(members, "alg");
        Optional<JwtAlgorithm> algorithm = name == null ? Optional.empty() : JwtAlgorithm.named(name);
        if (algorithm.isEmpty()) {
            throw new MalformedException("a header without an algorithm that tokens may have");
        }
        return new Header(algorithm.get(), text(members, "kid"), text(members, "typ"));
    }

    private static @Nullable String text(Map<String, @Nullable Object> members, String name) throws MalformedException {
        Object value = members.get(name);
        if (value instanceof String text) {
            return text;
        }
        if (members.containsKey(name)) {
            throw new MalformedException("a header whose `" + name + "` is not a text");
        }
        return null;
    }
}
