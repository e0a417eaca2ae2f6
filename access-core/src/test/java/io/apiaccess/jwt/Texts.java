package io.apiaccess.jwt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;

/** Keys and tokens that stand in files. */
public final class Texts {
    private Texts() {}

    /** Returns the text of a file. */
    public static String of(String file) {
        try (var in = Texts.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the lines of a file that are no comment. */
    public static Stream<String> lines(String file) {
        return of(file).lines().filter(line -> !line.startsWith("#"));
    }

    /** Returns bytes as a PEM block. */
    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
