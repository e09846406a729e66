package dev.holdfast.delivery.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A socket in front of a Docker engine that does harm when it is told to: connections are reset, answers are cut in the
 * middle or after a part, and stall.
 */
public final class FaultyEngine implements AutoCloseable {

    private static final int CHUNK = 4096;

    private final UnixDomainSocketAddress engine;
    private final Path directory;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile Faults faults = Faults.NONE;
    private final AtomicInteger resets = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger stalls = new AtomicInteger();
    private final Random dice;

    private FaultyEngine(Path engine, long seed) throws IOException {
        this.engine = UnixDomainSocketAddress.of(engine);
        this.directory = Files.createTempDirectory("holdfast-proxy");
        this.socket = directory.resolve("docker.sock");
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        this.dice = new Random(seed);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread("accept", this::accept);
    }

    /**
     * How often in a thousand pieces of an answer something happens to it.
     *
     * @param resets the connection is closed
     * @param cuts a part of the piece comes, then the connection is closed
     * @param stalls the piece comes late
     * @param late how late
     */
    public record Faults(int resets, int cuts, int stalls, Duration late) {

        /** Nothing happens. */
        public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);
    }

    /** Begins to listen in front of the engine at {@code socket}, without faults. */
    public static FaultyEngine before(Path socket, long seed) {
        try {
            return new FaultyEngine(socket, seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns where it listens. */
    public URI uri() {
        return URI.create("unix://" + socket);
    }

    /** From now on this happens. */
    public void faults(Faults often) {
        faults = often;
    }

    /** Closes all connections. */
    public void cutAll() {
        open.forEach(FaultyEngine::close);
    }

    /** Returns what was done so far, for people. */
    public String done() {
        return resets + " resets, " + cuts + " cut answers, " + stalls + " stalls";
    }

    /** Returns how much was done so far. */
    public int harm() {
        return resets.get() + cuts.get() + stalls.get();
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel client = server.accept();
                open.add(client);
                SocketChannel there = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    there.connect(engine);
                } catch (IOException e) {
                    // The engine is down: so is this.
                    close(there);
                    drop(client);
                    continue;
                }
                open.add(there);
                thread("up", () -> pump(client, there, false));
                thread("down", () -> pump(there, client, true));
            }
        } catch (IOException e) {
            cutAll();
        }
    }

    private void pump(SocketChannel from, SocketChannel to, boolean harm) {
        ByteBuffer piece = ByteBuffer.allocate(CHUNK);
        try {
            while (from.read(piece.clear()) >= 0) {
                piece.flip();
                if (harm && !survives(piece, to)) {
                    break;
                }
                write(piece, to);
            }
        } catch (IOException e) {
            // One of the two went away; so does the other.
        } finally {
            drop(from);
            drop(to);
        }
    }

    private boolean survives(ByteBuffer piece, SocketChannel to) throws IOException {
        Faults often = faults;
        int rolled;
        synchronized (dice) {
            rolled = dice.nextInt(1000);
        }
        if (rolled < often.resets()) {
            resets.incrementAndGet();
            return false;
        }
        rolled -= often.resets();
        if (rolled < often.cuts()) {
            cuts.incrementAndGet();
            piece.limit(piece.limit() / 2);
            write(piece, to);
            return false;
        }
        rolled -= often.cuts();
        if (rolled < often.stalls()) {
            stalls.incrementAndGet();
            long until = System.nanoTime() + often.late().toNanos();
            while (System.nanoTime() < until && to.isOpen()) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
        }
        return true;
    }

    private static void write(ByteBuffer piece, SocketChannel to) throws IOException {
        while (piece.hasRemaining()) {
            to.write(piece);
        }
    }

    private void drop(SocketChannel channel) {
        open.remove(channel);
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "faulty-engine-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cutAll();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(directory);
    }
}
