package io.apiaccess.token;

import io.apiaccess.json.Base64Url;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** The tokens of hostile.csv. */
public final class Hostile {
    private static final String HEADER = "{\"alg\":\"HS256\"}";
    private static final String PAYLOAD = "{\"sub\":\"mobile\"}";

    private Hostile() {}

    /** One row: what it is, the token, and what is wrong with it. */
    public record Row(String what, String token, String fault) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** Returns the rows. */
    public static Stream<Row> rows() {
        try (var in = Hostile.class.getResourceAsStream("hostile.csv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("what"))
                    .map(line -> line.split("\\|", -1))
                    .map(cells -> new Row(
                            cells[0].strip(),
                            bend(
                                    cells[3].strip(),
                                    cells[1].strip().replace("...", HEADER),
                                    cells[2].strip().replace("...", PAYLOAD)),
                            cells[4].strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bend(String how, String headerText, String payloadText) {
        String header = encode(headerText);
        String payload = encode(payloadText);
        String signature = Base64Url.encode(new byte[32]);
        String token = header + "." + payload + "." + signature;
        return switch (how) {
            case "-" -> token;
            case "no signature" -> header + "." + payload + ".";
            case "mark payload" -> header + "." + encode("\uFEFF" + payloadText) + "." + signature;
            case "mark header" -> encode("\uFEFF" + headerText) + "." + payload + "." + signature;
            case "break payload" -> header + "." + broken(payloadText) + "." + signature;
            case "break header" -> broken(headerText) + "." + payload + "." + signature;
            case "nest payload" -> header + "." + encode(nested(33)) + "." + signature;
            case "nest header" -> encode(nested(33)) + "." + payload + "." + signature;
            case "nothing" -> "";
            case "one part" -> header;
            case "two parts" -> header + "." + payload;
            case "four parts" -> token + "." + signature;
            case "five parts" -> header + ".." + signature + "." + payload + "." + signature;
            case "two dots" -> "..";
            case "pad signature" -> token + "=";
            case "pad header" -> header + "=." + payload + "." + signature;
            case "pad payload" -> header + "." + payload + "=." + signature;
            case "bits in signature" -> token.substring(0, token.length() - 1) + "B";
            case "bits in payload" ->
                header + "." + payload.substring(0, payload.length() - 1)
                        + (char) (payload.charAt(payload.length() - 1) + 1) + "." + signature;
            case "stub signature" -> header + "." + payload + ".A";
            case "other alphabet" -> token.substring(0, token.length() - 4) + "+/+A";
            case "blank in front" -> " " + token;
            case "line feed behind" -> token + "\n";
            case "line break inside" -> header + ".\r\n" + payload + "." + signature;
            case "nul inside" -> header + "." + payload + "\0." + signature;
            case "full width" -> token.substring(0, token.length() - 1) + "\uFF21";
            case "percent" -> token.replace(".", "%2E");
            case "JSON form" ->
                "{\"protected\":\"" + header + "\",\"payload\":\"" + payload + "\",\"signature\":\"" + signature
                        + "\"}";
            case "8193 characters" -> token + "A".repeat(8193 - token.length());
            case "8 MiB of dots" -> ".".repeat(8 << 20);
            case "8 KiB of dots" -> ".".repeat(8 << 10);
            case "100,000 deep" -> header + "." + encode(nested(100_000)) + "." + signature;
            case "3,000 deep" -> header + "." + encode("{\"a\":" + "[".repeat(3_000)) + "." + signature;
            default -> throw new AssertionError(how);
        };
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    private static String broken(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes[text.indexOf('?')] = (byte) 0xff;
        return Base64Url.encode(bytes);
    }

    private static String encode(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }
}
