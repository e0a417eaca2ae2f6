package io.apiaccess;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** The message with which something is refused at configuration: one line, without a period, quoting in backticks. */
public final class Refusal {
    private Refusal() {}

    /** Returns the message of the refusal, which must hold all the parts. */
    public static String of(Executable refused, String... parts) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, refused).getMessage());
        assertAll(
                () -> assertTrue(message.contains("`"), message),
                () -> assertEquals(0, message.chars().filter(c -> c == '`').count() % 2, message),
                () -> assertTrue(message.chars().noneMatch(Character::isISOControl), message),
                () -> assertTrue(message.indexOf('\u2028') < 0 && message.indexOf('\u2029') < 0, message),
                () -> assertTrue(!message.endsWith("."), message),
                () -> {
                    for (String part : parts) {
                        assertTrue(message.contains(part), () -> "not in it: " + part + "\n" + message);
                    }
                });
        return message;
    }
}
