package io.apiaccess.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the program of README.md does when it calls itself, and when it leaves that to others. */
class ShopExampleTest {
    private static final Pattern CURL = Pattern.compile(
            "curl -i -H 'X-API-Key: ([^']+)' -H 'X-Forwarded-For: ([^']+)' (http://127.0.0.1:[0-9]+/orders/42)");

    @Test
    void makesEachCallAndSaysWhatCame() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ShopExample.run(true, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertEquals("""
                allowed: 200 order /42
                wrong key: 401 {"type":"about:blank","title":"Unauthorized","status":401}
                wrong address: 403 {"type":"about:blank","title":"Forbidden","status":403}
                over the rate: 429 {"type":"about:blank","title":"Too Many Requests","status":429}
                collection  collection_name  route             reason                calls  allowed  denied
                                                               address-not-allowed       1        0       1
                                                               malformed-credential      1        0       1
                orders      Orders v1        GET /orders/{id}                            3        3       0
                orders      Orders v1        GET /orders/{id}  rate-limited              2        0       2
                """, printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void printsEachCallAndServesUntilItIsStoppedAndSaysThenWhoUsedWhat() throws Exception {
        PipedInputStream printed = new PipedInputStream(8_192);
        PrintStream out = new PrintStream(new PipedOutputStream(printed), true, StandardCharsets.UTF_8);
        FutureTask<String> shop = new FutureTask<>(() -> {
            ShopExample.run(false, out);
            return "stopped";
        });
        Thread thread = new Thread(shop, "shop");
        thread.start();
        try {
            List<String> lines = lines(printed);
            assertEquals(12, lines.size());
            assertEquals("# allowed: 200", lines.get(0));
            assertEquals("# wrong key: 401", lines.get(3));
            assertEquals("# wrong address: 403", lines.get(6));
            assertEquals("# over the rate: 429", lines.get(9));
            assertTrue(lines.get(10).startsWith("for i in 1 2 3 4; do curl -i "), lines.get(10));
            assertEquals(List.of(200, 401, 403), List.of(call(lines.get(1)), call(lines.get(4)), call(lines.get(7))));
        } finally {
            thread.interrupt();
        }
        ExecutionException stopped = assertThrows(ExecutionException.class, () -> shop.get(10, TimeUnit.SECONDS));
        assertTrue(stopped.getCause() instanceof InterruptedException);
        String usage = new String(printed.readNBytes(printed.available()), StandardCharsets.UTF_8);
        assertEquals("""
                collection  collection_name  route             reason                calls  allowed  denied
                                                               address-not-allowed       1        0       1
                                                               malformed-credential      1        0       1
                orders      Orders v1        GET /orders/{id}                            1        1       0
                """, usage.replace(System.lineSeparator(), "\n"));
    }

    private static List<String> lines(InputStream printed) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        String line = reader.readLine();
        while (line != null && !line.equals("Serving until Ctrl-C.")) {
            lines.add(line);
            line = reader.readLine();
        }
        return lines;
    }

    /** Makes a call that is printed, and returns its status. */
    private static int call(String line) throws IOException, InterruptedException {
        Matcher curl = CURL.matcher(line);
        assertTrue(curl.matches(), line);
        HttpRequest request = HttpRequest.newBuilder(URI.create(curl.group(3)))
                .header("X-API-Key", curl.group(1))
                .header("X-Forwarded-For", curl.group(2))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void takesNoOtherOption() {
        assertThrows(IllegalArgumentException.class, () -> ShopExample.main(new String[] {"--chek"}));
    }
}
