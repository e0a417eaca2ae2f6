package io.apiaccess.jdbc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server on which things go wrong when they are told to. Thread-safe. */
final class TcpProxy implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final InetSocketAddress target;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong connected = new AtomicLong();
    private final Object change = new Object();

    private volatile Duration delay = Duration.ZERO;
    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile boolean holds;
    private volatile boolean closed;
    private ServerSocket door;
    private Socket seat;

    private TcpProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        door = listen(0);
        port = door.getLocalPort();
        seat = new Socket();
        accept(door);
    }

    /** Returns a way to a port of this machine that nothing is wrong with yet. */
    static TcpProxy to(int port) {
        return to(new InetSocketAddress(HERE, port));
    }

    /** Returns a way to a server that nothing is wrong with yet. */
    static TcpProxy to(InetSocketAddress server) {
        try {
            return new TcpProxy(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Returns how many connections have come. */
    long connected() {
        return connected.get();
    }

    /** From now on each piece of an answer comes so much later. */
    void delay(Duration delay) {
        this.delay = delay;
    }

    /** From now on each connection, those there are as well, ends after so many more bytes of answers. */
    void cutAfter(long bytes) {
        links.forEach(Link::count);
        cutAfter = bytes;
    }

    /** From now on nothing comes through, either way: it waits. Connections are taken, and stay. */
    void blackHole() {
        holds = true;
    }

    /** Ends all connections there are, without a word. */
    void cut() {
        links.forEach(Link::close);
    }

    /** From now on there are no connections, and each new one is refused. */
    void refuse() {
        synchronized (change) {
            close(door);
            cut();
            // The port stays taken, by a socket that does not listen.
            seat = new Socket();
            again(() -> {
                seat.setReuseAddress(true);
                seat.bind(new InetSocketAddress(HERE, port));
                return seat;
            });
        }
    }

    /** Nothing is wrong any more. What was held comes through. */
    void heal() {
        synchronized (change) {
            delay = Duration.ZERO;
            cutAfter = Long.MAX_VALUE;
            holds = false;
            change.notifyAll();
            if (door.isClosed() && !closed) {
                close(seat);
                door = again(() -> listen(port));
                accept(door);
            }
        }
    }

    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            change.notifyAll();
            close(door);
            close(seat);
        }
        cut();
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(HERE, port), 200);
        return socket;
    }

    /** Binds a socket to the port as soon as the one before has left it. */
    private static <S> S again(Bind<S> bind) {
        long start = System.nanoTime();
        while (true) {
            try {
                return bind.bind();
            } catch (BindException e) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new UncheckedIOException(e);
                }
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void accept(ServerSocket door) {
        start("accept", () -> {
            while (!door.isClosed()) {
                Socket client = door.accept();
                connected.incrementAndGet();
                try {
                    new Link(client, new Socket(target.getAddress(), target.getPort())).start();
                } catch (IOException e) {
                    close(client);
                }
            }
        });
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // the connection or the door was closed
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "proxy " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Bind<S> {
        S bind() throws IOException;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** A connection, both sides of it. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private long answered;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() {
            links.add(this);
            TcpProxy.start("request", () -> pump(client.getInputStream(), server.getOutputStream(), false));
            TcpProxy.start("answer", () -> pump(server.getInputStream(), client.getOutputStream(), true));
        }

        synchronized void count() {
            answered = 0;
        }

        void close() {
            links.remove(this);
            TcpProxy.close(client);
            TcpProxy.close(server);
        }

        private void pump(InputStream from, OutputStream to, boolean answers) throws IOException, InterruptedException {
            byte[] piece = new byte[8_192];
            try {
                for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
                    Thread.sleep(answers ? delay.toMillis() : 0);
                    awaitPassage();
                    int passing = answers ? passing(read) : read;
                    to.write(piece, 0, passing);
                    if (passing < read) {
                        return;
                    }
                }
            } finally {
                close();
            }
        }

        private synchronized int passing(int read) {
            int passing = (int) Math.min(read, Math.max(0, cutAfter - answered));
            answered += passing;
            return passing;
        }

        private void awaitPassage() throws InterruptedException {
            synchronized (change) {
                while (holds && !closed && !client.isClosed()) {
                    change.wait(100);
                }
            }
        }
    }
}
