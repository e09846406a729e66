package dev.holdfast.examples.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A way to the engine that can be cut: every connection breaks, and later ones go through again. */
final class EngineProxy implements AutoCloseable {

    private final Path engine;
    private final ServerSocketChannel server;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private EngineProxy(Path engine, ServerSocketChannel server) {
        this.engine = engine;
        this.server = server;
    }

    static EngineProxy to(Path engine) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        EngineProxy proxy = new EngineProxy(engine, server);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    URI address() throws IOException {
        InetSocketAddress local = (InetSocketAddress) server.getLocalAddress();
        return URI.create("tcp://127.0.0.1:" + local.getPort());
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                SocketChannel way = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                open.addAll(List.of(client, way));
                threads.execute(() -> copy(client, way));
                threads.execute(() -> copy(way, client));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static void copy(ByteChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            // Cut, on one side or the other: both are closed now.
        }
    }

    /** Breaks every connection there is. */
    void cut() {
        for (SocketChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
        threads.shutdown();
    }
}
