package dev.holdfast.delivery.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.UnaryOperator;

/** Stands before a real registry: asks it for another path, or answers itself where the path is a number. */
final class VeiledRegistry implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer server;
    private final String behind;
    private final UnaryOperator<String> paths;

    private VeiledRegistry(String behind, UnaryOperator<String> paths) throws IOException {
        this.behind = behind;
        this.paths = paths;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    static VeiledRegistry before(RegistryServer registry, UnaryOperator<String> paths) {
        try {
            return new VeiledRegistry(registry.host(), paths);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = paths.apply(exchange.getRequestURI().getPath());
        try (exchange) {
            if (path.matches("[0-9]{3}")) {
                exchange.sendResponseHeaders(Integer.parseInt(path), -1);
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + behind + path))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
            exchange.getRequestHeaders()
                    .getOrDefault("Accept", List.of())
                    .forEach(accept -> request.header("Accept", accept));
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Docker-Content-Digest")
                    .ifPresent(digest -> exchange.getResponseHeaders().add("Docker-Content-Digest", digest));
            boolean empty = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
            exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
            if (!empty) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
