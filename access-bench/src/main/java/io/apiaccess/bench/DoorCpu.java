package io.apiaccess.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How much CPU does the filter cost a server per request? Servers, each a process of its own, one with a filter that does
 * nothing and two with chains of Spring Security, are called over loopback in turns; compared are the medians of the rounds
 * (P16).
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.DoorCpu [rounds] [requests a round]}
 */
public final class DoorCpu {
    private static final int WARM_UP_ROUNDS = 3;

    private DoorCpu() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        List<String> variants = List.of("no-op", "access", "access, limits untold", "spring-lean", "spring");
        List<Server> servers = new ArrayList<>();
        try {
            for (String variant : variants) {
                servers.add(Server.start(variant));
            }
            double[][] micros = new double[variants.size()][rounds];
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                for (int v = 0; v < variants.size(); v++) {
                    double perRequest = servers.get(v).round(requests, round);
                    if (round >= 0) {
                        micros[v][round] = perRequest;
                    }
                }
            }
            print(variants, micros);
        } finally {
            servers.forEach(Server::stop);
        }
    }

    private static void print(List<String> variants, double[][] micros) {
        for (double[] row : micros) {
            Arrays.sort(row);
        }
        double base = median(micros[0]);
        System.out.println("| filter | median µs | least | most | ÷ no-op |\n| --- | --- | --- | --- | --- |");
        for (int v = 0; v < variants.size(); v++) {
            double[] row = micros[v];
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %.3f |",
                    variants.get(v),
                    median(row),
                    row[0],
                    row[row.length - 1],
                    median(row) / base));
        }
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    /** A server process with one connection that is kept alive. */
    private record Server(
            Process process, BufferedReader in, BufferedWriter out, Socket socket, List<byte[]> requests) {
        private static final int KEYS = 1_000;
        private static final int ANSWER = 4_096;
        private static final int PATIENCE_MILLIS = 10_000;

        static Server start(String variant) throws IOException {
            Process process = new ProcessBuilder(
                            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                            "-Xms512m",
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DoorServer.class.getName(),
                            variant)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                return connect(process);
            } catch (IOException | RuntimeException e) {
                process.destroy();
                throw e;
            }
        }

        private static Server connect(Process process) throws IOException {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            int port = Integer.parseInt(line(in));
            List<byte[]> requests = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                String request = "GET /c" + i % 3 + "/r" + i % 5 + "/" + i
                        + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + line(in) + "\r\n\r\n";
                requests.add(request.getBytes(StandardCharsets.US_ASCII));
            }
            BufferedWriter out =
                    new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new Server(process, in, out, socket, requests);
        }

        /** Returns the CPU time of the server per request, in microseconds. */
        double round(int count, long seed) throws IOException {
            Random random = new Random(seed);
            long before = cpuNanos();
            for (int i = 0; i < count; i++) {
                call(requests.get(random.nextInt(requests.size())));
            }
            return (cpuNanos() - before) / 1_000.0 / count;
        }

        private long cpuNanos() throws IOException {
            out.write("\n");
            out.flush();
            return Long.parseLong(line(in));
        }

        /** Sends a request and reads its answer, which ends in the word. */
        private void call(byte[] request) throws IOException {
            OutputStream to = socket.getOutputStream();
            to.write(request);
            to.flush();
            InputStream from = socket.getInputStream();
            byte[] answer = new byte[ANSWER];
            int length = 0;
            while (!endsInWord(answer, length)) {
                int read = from.read(answer, length, answer.length - length);
                if (read <= 0) {
                    throw new IOException("not allowed: " + new String(answer, 0, length, StandardCharsets.US_ASCII));
                }
                length += read;
            }
        }

        private static boolean endsInWord(byte[] answer, int length) {
            return length > 4
                    && answer[length - 4] == 'w'
                    && answer[length - 3] == 'o'
                    && answer[length - 2] == 'r'
                    && answer[length - 1] == 'd';
        }

        private static String line(BufferedReader in) throws IOException {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the server has ended");
            }
            return line;
        }

        void stop() {
            process.destroy();
        }
    }
}
