package io.apiaccess.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A secret compares, and shows itself only when told to. */
@Rule("C2")
class SecretTest {
    @Test
    void isShownByRevealAlone() {
        Secret secret = Secret.of("hunter2-hunter2");
        assertEquals("hunter2-hunter2", secret.reveal());
        assertFalse(secret.toString().contains("hunter2"));
        assertEquals(Secret.of("other").toString(), secret.toString());
    }

    @Test
    void isNotShownByWhatHoldsIt() {
        Credential credential = new Credential(Credential.Kind.BEARER, Secret.of("hunter2"));
        assertFalse(credential.toString().contains("hunter2"));
        assertFalse(AccessRequest.of(HttpMethod.GET, "/")
                .apiKey("hunter2")
                .bearer("hunter2")
                .build()
                .toString()
                .contains("hunter2"));
    }

    @Test
    void equalsTheSameText() {
        assertEquals(Secret.of("é😀"), Secret.of("é😀"));
        assertEquals(Secret.of("é😀").hashCode(), Secret.of("é😀").hashCode());
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abd",
        "abc, ab",
        "abc, abcd",
        "abc, ABC",
        "'', ' '",
        "\ud83d, ?",
        "\ud83d, \ude00",
        "\ud83d, \ufffd"
    })
    void differsFromAnyOtherText(String one, String other) {
        assertNotEquals(Secret.of(one), Secret.of(other));
        assertNotEquals(Secret.of(other), Secret.of(one));
    }
}
