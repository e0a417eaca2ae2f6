package io.apiaccess.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bytes over a socket, since no client sends what attackers send. */
final class Http {
    private static final int PATIENCE_MILLIS = 20_000;

    private Http() {}

    /**
     * An answer as it came.
     *
     * @param head the status line and the header lines
     * @param body the rest
     */
    record Answer(String head, String body) {
        int status() {
            return head.isEmpty() ? 0 : Integer.parseInt(head.split(" ", 3)[1]);
        }

        /** Returns the values of all lines of a header. */
        List<String> all(String name) {
            List<String> values = new ArrayList<>();
            head.lines().skip(1).forEach(line -> {
                int colon = line.indexOf(':');
                if (line.substring(0, colon).equalsIgnoreCase(name)) {
                    values.add(line.substring(colon + 1).strip());
                }
            });
            return values;
        }

        Optional<String> header(String name) {
            return all(name).stream().findFirst();
        }

        boolean isProblem() {
            return header("Content-Type").orElse("").startsWith("application/problem+json");
        }

        /** Returns it without what differs from one moment to the next. */
        String withoutDate() {
            return head.lines()
                            .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith("date:"))
                            .toList()
                    + body;
        }
    }

    /** Sends a request with these header lines, and reads to the end of the connection. */
    static Answer send(int port, String method, String target, String... headers) {
        StringBuilder request =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        request.append("Host: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return sendBytes(port, request.append("Connection: close\r\n\r\n").toString());
    }

    static Answer sendBytes(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            int end = answer.indexOf("\r\n\r\n");
            return end < 0 ? new Answer(answer, "") : new Answer(answer.substring(0, end), answer.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
