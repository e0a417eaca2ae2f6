package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final byte[] WORD = "ping".getBytes(StandardCharsets.US_ASCII);

    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void open() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread server = new Thread(this::serve);
        server.setDaemon(true);
        server.start();
        proxy = TcpProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void isAWayToTheServer() throws IOException {
        try (Socket client = connect()) {
            assertArrayEquals(WORD, ask(client));
            assertArrayEquals(WORD, ask(client));
        }
        assertEquals(1, proxy.connected());
    }

    @Test
    void refusesAndCutsUntilItHeals() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            proxy.refuse();
            assertEquals(0, ask(client).length);
        }
        assertThrows(ConnectException.class, this::connect);
        proxy.heal();
        try (Socket client = connect()) {
            assertArrayEquals(WORD, ask(client));
        }
    }

    @Test
    void holdsInABlackHoleWhatComesThroughWhenItHeals() throws IOException {
        try (Socket client = connect()) {
            proxy.blackHole();
            client.setSoTimeout(300);
            assertThrows(SocketTimeoutException.class, () -> ask(client));
            client.setSoTimeout(60_000);
            proxy.heal();
            assertArrayEquals(WORD, client.getInputStream().readNBytes(WORD.length));
        }
    }

    @Test
    void cutsInTheMiddleOfAnAnswer() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            proxy.cutAfter(WORD.length + 1);
            assertArrayEquals(WORD, ask(client));
            assertEquals(1, ask(client).length);
        }
    }

    @Test
    void delaysAnswers() throws IOException {
        proxy.delay(Duration.ofMillis(200));
        try (Socket client = connect()) {
            long start = System.nanoTime();
            assertArrayEquals(WORD, ask(client));
            assertTrue(System.nanoTime() - start >= Duration.ofMillis(200).toNanos());
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(60_000);
        return client;
    }

    private static byte[] ask(Socket client) throws IOException {
        try {
            client.getOutputStream().write(WORD);
            return client.getInputStream().readNBytes(WORD.length);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread thread = new Thread(() -> answer(client));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // the client is gone
        }
    }
}
