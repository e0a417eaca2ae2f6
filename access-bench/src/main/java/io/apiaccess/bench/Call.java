package io.apiaccess.bench;

import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;

/**
 * A request as it reaches a server, in texts.
 *
 * @param key the API key
 * @param path the path
 * @param from the caller's address
 */
record Call(String key, String path, String from) {
    static Call of(AccessRequest request) {
        return new Call(
                request.credentials().get(0).secret().reveal(),
                request.path().orElseThrow().toString(),
                request.address().orElseThrow().toString());
    }

    /** Returns the number of the collection that the path begins with. */
    int collection() {
        return Integer.parseInt(path.substring("/api".length(), path.indexOf('/', 1)));
    }

    AccessRequest toRequest() {
        return AccessRequest.of(HttpMethod.GET, path).apiKey(key).from(from).build();
    }

    Call by(String other) {
        return new Call(other, path, from);
    }

    Call from(String elsewhere) {
        return new Call(key, path, elsewhere);
    }

    Call to(int collection) {
        return new Call(key, "/api" + collection + path.substring(path.indexOf('/', 1)), from);
    }
}
