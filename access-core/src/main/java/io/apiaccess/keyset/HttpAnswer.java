package io.apiaccess.keyset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of an answer in HTTP/1.1 (RFC 9112) with status 200, read from a connection that ends with it. */
final class HttpAnswer {
    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final int HEX = 16;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,7})[ \t]*(?:;.*)?");

    private HttpAnswer() {}

    static byte[] body(InputStream in) throws IOException {
        String status = status(in);
        Map<String, String> fields = fields(in);
        while (status.startsWith("1")) {
            status = status(in);
            fields = fields(in);
        }
        if (!status.equals("200")) {
            throw new IOException("answer with status " + status + ", not 200");
        }
        String coding = fields.get("transfer-encoding");
        String length = fields.get("content-length");
        if (coding != null) {
            return chunks(in, coding);
        }
        if (length == null) {
            return atMost(in, Integer.MAX_VALUE);
        }
        if (!LENGTH.matcher(length).matches()) {
            throw new IOException("an answer whose length is no number");
        }
        return exactly(in, Integer.parseInt(length));
    }

    private static String status(InputStream in) throws IOException {
        Matcher status = STATUS.matcher(line(in));
        if (!status.matches()) {
            throw new IOException("an answer that is not HTTP/1.1");
        }
        return status.group(1);
    }

    private static Map<String, String> fields(InputStream in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i <= MAX_FIELDS; i++) {
            String line = line(in);
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                fields.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + ", " + other);
            }
        }
        throw new IOException("an answer of more than " + MAX_FIELDS + " header fields");
    }

    private static byte[] chunks(InputStream in, String coding) throws IOException {
        if (!coding.equalsIgnoreCase("chunked")) {
            throw new IOException("an answer in another transfer coding than chunked");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int size = chunk(in);
        while (size > 0) {
            if (out.size() + size > MAX_BYTES) {
                throw tooLong();
            }
            out.writeBytes(exactly(in, size));
            if (!line(in).isEmpty()) {
                throw new IOException("an answer with a chunk that is longer than it says");
            }
            size = chunk(in);
        }
        return out.toByteArray();
    }

    private static int chunk(InputStream in) throws IOException {
        Matcher size = CHUNK.matcher(line(in));
        if (!size.matches()) {
            throw new IOException("an answer with a chunk without a size");
        }
        return Integer.parseInt(size.group(1), HEX);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = atMost(in, length);
        if (bytes.length < length) {
            throw new IOException("an answer that ends too early");
        }
        return bytes;
    }

    private static byte[] atMost(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(Math.min(length, MAX_BYTES + 1));
        if (bytes.length > MAX_BYTES) {
            throw tooLong();
        }
        return bytes;
    }

    private static IOException tooLong() {
        return new IOException("an answer of more than " + MAX_BYTES + " bytes");
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n' && line.size() < MAX_LINE) {
            line.write(next);
            next = in.read();
        }
        if (next != '\n') {
            throw new IOException("an answer with a line that does not end");
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
