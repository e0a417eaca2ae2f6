package io.apiaccess.request;

import io.apiaccess.check.Faults;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP method: any token of RFC 9110 section 5.6.2, compared with regard to case (section 9.1).
 *
 * @param name the token
 */
public record HttpMethod(String name) implements Comparable<HttpMethod> {
    /** Reads a representation (RFC 9110 section 9.3.1). */
    public static final HttpMethod GET = new HttpMethod("GET");
    /** Like GET without the content (RFC 9110 section 9.3.2). */
    public static final HttpMethod HEAD = new HttpMethod("HEAD");
    /** Processes the content (RFC 9110 section 9.3.3). */
    public static final HttpMethod POST = new HttpMethod("POST");
    /** Replaces a representation (RFC 9110 section 9.3.4). */
    public static final HttpMethod PUT = new HttpMethod("PUT");
    /** Removes a representation (RFC 9110 section 9.3.5). */
    public static final HttpMethod DELETE = new HttpMethod("DELETE");
    /** Describes the communication options (RFC 9110 section 9.3.7). */
    public static final HttpMethod OPTIONS = new HttpMethod("OPTIONS");
    /** Performs a loop-back test (RFC 9110 section 9.3.8). */
    public static final HttpMethod TRACE = new HttpMethod("TRACE");
    /** Changes a representation in part (RFC 5789). */
    public static final HttpMethod PATCH = new HttpMethod("PATCH");

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** Refuses what is not a token. */
    public HttpMethod {
        if (name.isEmpty() || !name.chars().allMatch(HttpMethod::isTokenChar)) {
            throw new IllegalArgumentException("method " + Faults.quote(name) + " is not a token such as `GET`");
        }
    }

    /** Returns the method of that name, a constant where there is one. */
    public static HttpMethod of(String name) {
        return switch (name) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            case "OPTIONS" -> OPTIONS;
            case "TRACE" -> TRACE;
            case "PATCH" -> PATCH;
            default -> new HttpMethod(name);
        };
    }

    /** Returns whether the method only reads: GET, HEAD, OPTIONS or TRACE (RFC 9110 section 9.2.1). */
    public boolean isSafe() {
        return equals(GET) || equals(HEAD) || equals(OPTIONS) || equals(TRACE);
    }

    // Written out since the generated ones are not compiled into what calls them, so deep on the path of a decision.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpMethod method && name.equals(method.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public int compareTo(HttpMethod other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }

    private static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }
}
