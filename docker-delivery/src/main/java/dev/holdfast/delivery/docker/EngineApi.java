package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's API as it is, JSON in and JSON out: docker-java's own types lose parts of a container on the way, such
 * as its masked paths, which nobody may lose who makes a container anew.
 */
final class EngineApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final URI ENGINE = URI.create("docker:engine");

    private final DockerHttpClient http;
    private final String version;
    private final DockerCalls calls;

    private EngineApi(DockerHttpClient http, String version, DockerCalls calls) {
        this.http = http;
        this.version = version;
        this.calls = calls;
    }

    /** Returns the calls of one piece of work, in the newest version of the API that both sides know. */
    static EngineApi of(DockerClient client, Deadline deadline) {
        if (!(client instanceof DockerClientImpl known)) {
            throw PermanentException.invalid(
                    "Docker client", client.getClass().getName(), "make it with DockerClients.connect");
        }
        DockerHttpClient http = known.getHttpClient();
        DockerCalls calls = new DockerCalls(client, "the Docker engine", deadline);
        String version = calls.ask("asking for its version", () -> DockerClients.negotiatedForJson(http, ENGINE));
        return new EngineApi(http, version, calls);
    }

    /** Returns whether an engine connects a container to all of its networks as it makes it: from API 1.44 on. */
    boolean connectsToAllAtOnce() {
        return RemoteApiVersion.parseConfig(version).isGreaterOrEqual(RemoteApiVersion.VERSION_1_44);
    }

    /** Returns whether an engine makes a container for a platform that it is told: from API 1.41 on. */
    boolean createsForPlatforms() {
        return RemoteApiVersion.parseConfig(version).isGreaterOrEqual(RemoteApiVersion.VERSION_1_41);
    }

    /** Returns how to ask the engine for a platform; empty for its own, which it takes by itself. */
    String asking(ImagePlatform platform) {
        JsonNode own = get("/version");
        boolean same = own.path("Os").asText().equalsIgnoreCase(platform.os())
                && own.path("Arch").asText().equalsIgnoreCase(platform.architecture());
        return same ? "" : "&platform=" + encoded(platform.toString());
    }

    /** Returns whether this is Podman, which speaks Docker's API. */
    boolean isPodman() {
        return EngineAnswer.isPodman(get("/version"));
    }

    Deadline deadline() {
        return calls.deadline();
    }

    JsonNode get(String path) {
        return calls.ask("GET " + path, () -> EngineAnswer.json(http, request("GET", path)));
    }

    /** As {@link #get}; empty if there is no such thing. */
    Optional<JsonNode> find(String path) {
        return calls.ask("GET " + path, () -> {
            try {
                return Optional.of(EngineAnswer.json(http, request("GET", path)));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** Posts, and returns what was answered. */
    JsonNode create(String path, JsonNode body) {
        return calls.change("POST " + path, () -> EngineAnswer.json(http, posting(path, body)));
    }

    /** Posts what is answered by its status alone. */
    void post(String path, JsonNode body) {
        calls.change("POST " + path, () -> {
            EngineAnswer.done(http, posting(path, body));
            return path;
        });
    }

    /** Posts without a body; that the thing is gone, or is so already, is as good. */
    void settle(String path) {
        settle(path, request("POST", path));
    }

    /** As {@link #settle(String)}, with a body; that the engine has no such request is as good as well. */
    void settle(String path, JsonNode body) {
        settle(path, calls.ask("writing JSON", () -> posting(path, body)));
    }

    private void settle(String path, Request request) {
        calls.change("POST " + path, () -> {
            try {
                EngineAnswer.done(http, request);
            } catch (NotFoundException e) {
                // Gone.
            }
            return path;
        });
    }

    /** Removes a container and keeps its volumes; that it is gone, or on its way, is as good. */
    void remove(String id) {
        calls.change("removing container " + id, () -> {
            try {
                EngineAnswer.done(http, request("DELETE", "/containers/" + id + "?force=1&v=0"));
            } catch (NotFoundException | ConflictException e) {
                // Gone, or going.
            }
            return id;
        });
    }

    /**
     * Pulls by digest, to the end of the engine's answer: its status says only that it has begun, and an error is told
     * in the middle of it.
     *
     * @param platform as {@link #asking} says
     */
    void pull(ImageReference image, String digest, String platform, Optional<RegistryCredentials> credentials) {
        String what = "pulling " + image.name() + "@" + digest;
        Map<String, String> headers = credentials
                .map(known -> Map.of("X-Registry-Auth", auth(image, known)))
                .orElse(Map.of());
        PullFailure failures = new PullFailure(what, credentials.isPresent());
        calls.change(what, () -> {
            String path = "/images/create?fromImage=" + encoded(image.name()) + "&tag=" + encoded(digest) + platform;
            try (DockerHttpClient.Response response = http.execute(request("POST", path, headers, new byte[0]));
                    BufferedReader lines =
                            new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    failures.read(line, response.getStatusCode());
                }
                return response.getStatusCode();
            }
        });
    }

    private static String auth(ImageReference image, RegistryCredentials credentials) {
        String json = JSON.createObjectNode()
                .put("username", credentials.user())
                .put("password", credentials.password())
                .put("serveraddress", image.registry())
                .toString();
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private Request request(String method, String path) {
        return request(method, path, Map.of(), new byte[0]);
    }

    private Request posting(String path, JsonNode body) throws IOException {
        return request("POST", path, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(body));
    }

    private Request request(String method, String path, Map<String, String> headers, byte[] body) {
        Request.Builder request = Request.builder();
        request.method(method).path("/v" + version + path).putAllHeaders(headers);
        if (body.length > 0) {
            request.bodyBytes(body);
        }
        return request.build();
    }

    static String encoded(String value) {
        return EngineAnswer.encoded(value);
    }
}
