package dev.holdfast.examples.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A platform over a PostgreSQL of its own, git repositories, and an HTTP client that asks it. */
final class PlatformFixture implements AutoCloseable {

    private static final Pattern OWN = Pattern.compile("/metrics|/workspaces(/[^/]+)?");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path directory;
    private final Platform platform;
    private int repositories;

    PlatformFixture(Path directory, Map<String, String> environment) throws IOException {
        this(directory, environment, options -> {});
    }

    /** Starts a platform that some options are different for. */
    PlatformFixture(Path directory, Map<String, String> environment, Consumer<HostOptions> different)
            throws IOException {
        this.directory = directory.toRealPath();
        HostOptions options = options(this.directory);
        different.accept(options);
        this.platform = Platform.start(options, environment);
    }

    private static HostOptions options(Path directory) {
        HostOptions options = new HostOptions();
        options.demo = true;
        options.port = 0;
        options.state = directory.resolve("state");
        options.workspaces = directory.resolve("workspaces");
        options.allowFile = List.of(directory.resolve("sources"));
        options.allowHttp = List.of("127.0.0.1:1");
        options.largestPlugin = 1;
        return options;
    }

    /** An answer. */
    record Reply(int status, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Platform platform() {
        return platform;
    }

    Path directory() {
        return directory;
    }

    /** Returns a new repository below the one directory that is allowed. */
    DemoRepository repository() throws IOException {
        repositories++;
        return DemoRepository.init(directory.resolve("sources/repository-" + repositories), "Ada Author");
    }

    /** Begins a request: for what is the platform's own at its root, for all else where the page is. */
    HttpRequest.Builder request(String path) {
        String place = OWN.matcher(path).matches() ? path : path.substring(1);
        return HttpRequest.newBuilder(URI.create(platform.url()).resolve(place)).timeout(Duration.ofSeconds(60));
    }

    Reply get(String path, String... headers) {
        return send(with(request(path), headers).GET());
    }

    Reply post(String path, String json, String... headers) {
        return send(with(request(path), headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    Reply put(String path, String json) {
        return send(request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    Reply delete(String path) {
        return send(request(path).DELETE());
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Opens the stream of events. */
    EventReader events() throws IOException, InterruptedException {
        return new EventReader(client.send(request("/admin/events").build(), BodyHandlers.ofInputStream())
                .body());
    }

    /** Sends bytes as they are: what no client would send. */
    String raw(String request) throws IOException {
        URI url = URI.create(platform.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write((request + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Makes a workspace and installs what stands at that ref of the repository. */
    String installed(String workspace, DemoRepository repository, String ref, String track) {
        put("/workspaces/" + workspace, "{}");
        Reply reply = post(
                "/workspaces/" + workspace + "/plugins",
                "{\"source\": \"" + repository.at(ref) + "\", \"plugin\": \"greeter\", \"track\": \"" + track + "\"}");
        if (reply.status() > 201) {
            throw new AssertionError(reply.response().body());
        }
        return reply.json().get("revision").asText();
    }

    /** Asks the source of an install what is new there. */
    void look(DemoRepository repository) {
        platform.holdfast().sweeper().check(repository.at("ref:main"));
    }

    /** Returns the newest update of an install. */
    JsonNode update(String workspace) {
        return get("/admin/plugin-updates?workspace=" + workspace).json().get(0);
    }

    @Override
    public void close() {
        platform.close();
    }
}
