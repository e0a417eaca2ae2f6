package io.apiaccess.admin;

import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.request.Secret;

/** A new key with its text, which nobody will be able to read again. Immutable. */
public final class IssuedKey {
    private final ApiKey key;
    private final Secret text;

    IssuedKey(ApiKey key, Secret text) {
        this.key = key;
        this.text = text;
    }

    /** Returns the id of the key. */
    public KeyId id() {
        return key.id();
    }

    /** Returns the key as it is kept. */
    public ApiKey key() {
        return key;
    }

    /** Returns the text to hand to the consumer: the one time it can be read. */
    public String reveal() {
        return text.reveal();
    }

    /** Returns the key as it is kept, without the text. */
    @Override
    public String toString() {
        return key.toString();
    }
}
