package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * An engine that says what a test has written for it, over plain HTTP on loopback: for what an engine of this machine
 * does not do. Answers are found by the method and the beginning of the path, the version of the API left out; the last
 * that fits counts.
 */
final class ScriptedEngine implements AutoCloseable {

    private static final String ID = "1".repeat(64);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String apiVersion;
    private final Map<String, Supplier<Answer>> answers = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<DockerClient> clients = new ArrayList<>();

    record Answer(int status, String body) {}

    private ScriptedEngine(String apiVersion) throws IOException {
        this.apiVersion = apiVersion;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        on("GET /_ping", "OK");
        on("GET /version", "{\"Os\":\"linux\",\"Arch\":\"amd64\"}");
        on("GET /info", "{\"ID\":\"one-engine\"}");
    }

    /** Starts one whose newest version of the API is this. */
    static ScriptedEngine start(String apiVersion) throws IOException {
        return new ScriptedEngine(apiVersion);
    }

    ScriptedEngine on(String request, String body) {
        return on(request, 200, body);
    }

    ScriptedEngine on(String request, int status, String body) {
        return on(request, () -> new Answer(status, body));
    }

    ScriptedEngine on(String request, Supplier<Answer> answer) {
        answers.put(request, answer);
        return this;
    }

    /** Answers a HEAD of exactly this path with a header. */
    ScriptedEngine head(String path, String header, String value) {
        headers.put("HEAD " + path, Map.of(header, value));
        return this;
    }

    /** Tells a path as Podman does: to HEAD and GET alike, whatever their status is. */
    ScriptedEngine tells(String path, int status, String header, String value) {
        headers.put("HEAD " + path, Map.of(header, value));
        headers.put("GET " + path, Map.of(header, value));
        statuses.put("HEAD " + path, status);
        return this;
    }

    DockerClient client() {
        DockerClient client = DockerClients.connect(
                URI.create("tcp://127.0.0.1:" + server.getAddress().getPort()));
        clients.add(client);
        return client;
    }

    /** Returns what was asked, without the version, with what was sent. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns the body of the one request that begins so. */
    String sent(String request) {
        return requests.stream()
                .filter(line -> line.startsWith(request))
                .reduce((one, other) -> other)
                .map(line -> line.substring(line.indexOf(' ', line.indexOf(' ') + 1) + 1))
                .orElseThrow(() -> new AssertionError("not asked: " + request + " of " + requests));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString().replaceFirst("^/v[0-9.]+", "");
        String request = exchange.getRequestMethod() + " " + path;
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        requests.add(request + " " + body);
        Answer answer = new Answer(404, "{\"message\":\"no such thing: " + path + "\"}");
        for (Map.Entry<String, Supplier<Answer>> known : List.copyOf(answers.entrySet())) {
            if (request.startsWith(known.getKey())) {
                answer = known.getValue().get();
            }
        }
        Map<String, String> head = headers.getOrDefault(request, Map.of());
        head.forEach(exchange.getResponseHeaders()::set);
        if (!head.isEmpty() && request.startsWith("HEAD")) {
            answer = new Answer(statuses.getOrDefault(request, 200), "");
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Api-Version", apiVersion);
        boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : bytes.length);
        if (!empty) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    static String digest(char digit) {
        return "sha256:" + String.valueOf(digit).repeat(64);
    }

    /** A container as the list tells it; its id is sixty-four times {@code id}, its name {@code c-} and that. */
    static String listed(char id, String image, String imageId) {
        return """
                {"Id":"%s","Names":["/c-%s"],"Image":"%s","ImageID":"%s","State":"running","Labels":{}}""".formatted(String.valueOf(id).repeat(64), id, image, imageId);
    }

    /** An image of amd64 as the engine tells it, with more members. */
    static String image(String id, String members) {
        return "{\"Id\":\"" + id + "\",\"Os\":\"linux\",\"Architecture\":\"amd64\"" + members + "}";
    }

    /**
     * A running container {@code c-1} of {@code registry.example/shop/app:latest}, whose image is {@code a} and whose
     * tag can be pulled as image {@code e}. Nothing can be made.
     */
    ScriptedEngine oneContainer(String config, String host, String networks, String imageConfig) {
        String container = """
                {"Id":"%s","Name":"/c-1","Image":"%s","State":{"Running":true},"Mounts":[],
                "Config":{"Image":"registry.example/shop/app:latest","Labels":{}%s},"HostConfig":%s,
                "NetworkSettings":{"Networks":%s}}""".formatted(ID, digest('a'), config, host, networks);
        on("GET /containers/json", "[" + listed('1', "registry.example/shop/app:latest", digest('a')) + "]");
        on("GET /containers/c-1/json", container);
        on("GET /containers/" + ID + "/json", container);
        on("GET /images/" + digest('a') + "/json", image(digest('a'), ",\"Config\":" + imageConfig));
        on("POST /images/create", "{\"status\":\"pulled\"}");
        on("GET /images/registry.example/shop/app@", image(digest('e'), ",\"Config\":{}"));
        return on("POST /images/" + digest('e') + "/tag", 201, "");
    }

    @Override
    public void close() throws IOException {
        for (DockerClient client : clients) {
            client.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
