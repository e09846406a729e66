package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's API as it is, JSON in and JSON out: docker-java's own types lose parts of a container on the way, such as its
 * masked paths, which nobody may lose who makes a container anew.
 */
final class EngineApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final URI ENGINE = URI.create("docker:engine");

    private final DockerHttpClient http;
    private final String prefix;
    private final DockerCalls calls;

    private EngineApi(DockerHttpClient http, String prefix, DockerCalls calls) {
        this.http = http;
        this.prefix = prefix;
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
        String version = calls.ask("asking for its version", () -> DockerClients.negotiated(http, ENGINE));
        return new EngineApi(http, "/v" + version, calls);
    }

    Deadline deadline() {
        return calls.deadline();
    }

    JsonNode get(String path) {
        return calls.ask("GET " + path, () -> call("GET", path, Map.of(), new byte[0]));
    }

    /** As {@link #get}; empty if there is no such thing. */
    Optional<JsonNode> find(String path) {
        return calls.ask("GET " + path, () -> {
            try {
                return Optional.of(call("GET", path, Map.of(), new byte[0]));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    JsonNode post(String path, JsonNode body) {
        return calls.change(
                "POST " + path,
                () -> call("POST", path, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(body)));
    }

    /** Posts without a body; that the thing is gone, or is so already, is as good. */
    void settle(String path) {
        calls.change("POST " + path, () -> {
            try {
                return call("POST", path, Map.of(), new byte[0]);
            } catch (NotFoundException e) {
                return MissingNode.getInstance();
            }
        });
    }

    /** Removes a container and keeps its volumes; that it is gone, or on its way, is as good. */
    void remove(String id) {
        calls.change("removing container " + id, () -> {
            try {
                return call("DELETE", "/containers/" + id + "?force=1&v=0", Map.of(), new byte[0]);
            } catch (NotFoundException | ConflictException e) {
                return MissingNode.getInstance();
            }
        });
    }

    /**
     * Pulls by digest, to the end of the engine's answer: its status says only that it has begun, and an error is told in the
     * middle of it.
     */
    void pull(ImageReference image, String digest, Optional<RegistryCredentials> credentials) {
        String what = "pulling " + image.name() + "@" + digest;
        Map<String, String> headers = credentials
                .map(known -> Map.of("X-Registry-Auth", auth(image, known)))
                .orElse(Map.of());
        calls.change(what, () -> {
            String path = "/images/create?fromImage=" + encoded(image.name()) + "&tag=" + encoded(digest);
            try (DockerHttpClient.Response response = http.execute(request("POST", path, headers, new byte[0]));
                    BufferedReader lines =
                            new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode told = JSON.readTree(line);
                    if (response.getStatusCode() >= 400 || told.has("error")) {
                        throw unpulled(
                                what,
                                told.path("error").asText(told.path("message").asText()));
                    }
                }
                return response.getStatusCode();
            }
        });
    }

    private static RuntimeException unpulled(String what, String said) {
        boolean absent = said.contains("not found") || said.contains("manifest unknown");
        return absent
                ? new PermanentException(Reason.REVISION_NOT_FOUND, what + " failed: " + said + "; push it again")
                : new TransientException(
                        Reason.TARGET_FAILED,
                        what + " failed: " + said
                                + "; check that the engine reaches the registry and may pull from it");
    }

    private static String auth(ImageReference image, RegistryCredentials credentials) {
        String json = JSON.createObjectNode()
                .put("username", credentials.user())
                .put("password", credentials.password())
                .put("serveraddress", image.registry())
                .toString();
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode call(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        try (DockerHttpClient.Response response = http.execute(request(method, path, headers, body))) {
            JsonNode answer = response.getBody() == null
                    ? MissingNode.getInstance()
                    : JSON.readTree(response.getBody().readAllBytes());
            int status = response.getStatusCode();
            if (status < 400) {
                return answer;
            }
            String said = answer.path("message").asText("status " + status);
            throw switch (status) {
                case 404 -> new NotFoundException(said);
                case 409 -> new ConflictException(said);
                default -> new DockerException(said, status);
            };
        }
    }

    private Request request(String method, String path, Map<String, String> headers, byte[] body) {
        Request.Builder request = Request.builder();
        request.method(method).path(prefix + path).putAllHeaders(headers);
        if (body.length > 0) {
            request.bodyBytes(body);
        }
        return request.build();
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
