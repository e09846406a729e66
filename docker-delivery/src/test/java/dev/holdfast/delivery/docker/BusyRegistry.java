package dev.holdfast.delivery.docker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry that answers every request with 429 and a time to wait, and counts them. */
final class BusyRegistry implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();

    private BusyRegistry(HttpServer server) {
        this.server = server;
    }

    static BusyRegistry start(Duration after) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        BusyRegistry busy = new BusyRegistry(server);
        server.createContext("/", exchange -> {
            busy.requests.incrementAndGet();
            exchange.getResponseHeaders().add("Retry-After", Long.toString(after.toSeconds()));
            exchange.sendResponseHeaders(429, -1);
            exchange.close();
        });
        server.start();
        return busy;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
