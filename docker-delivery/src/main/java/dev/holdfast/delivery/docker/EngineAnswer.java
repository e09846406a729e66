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
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Answers of an engine as JSON. docker-java's own types refuse a whole answer for one word in it that they do not know,
 * such as a capability in lower case; whoever needs six fields reads these six.
 */
final class EngineAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EngineAnswer() {}

    /** Sends a request and returns what was answered; empty text is {@link MissingNode}. */
    static JsonNode json(DockerHttpClient http, Request request) throws IOException {
        return parsed(request.method() + " " + request.path(), bytes(http, request));
    }

    /** Sends a request whose answer nobody reads: an engine may write there what it likes. */
    static void done(DockerHttpClient http, Request request) throws IOException {
        bytes(http, request);
    }

    /** Describes a container by name or id, by any client. */
    static JsonNode container(DockerClient client, String container) throws IOException {
        return client instanceof DockerClientImpl known
                ? json(known.getHttpClient(), get("/containers/" + encoded(container) + "/json"))
                : JSON.valueToTree(client.inspectContainerCmd(container).exec());
    }

    /** Describes a program that was started in a container, by any client. */
    static JsonNode exec(DockerClient client, String exec) throws IOException {
        return client instanceof DockerClientImpl known
                ? json(known.getHttpClient(), get("/exec/" + exec + "/json"))
                : JSON.valueToTree(client.inspectExecCmd(exec).exec());
    }

    /** Returns whether an engine is Podman, which speaks Docker's API; by any client. */
    static boolean isPodman(DockerClient client) throws IOException {
        return isPodman(
                client instanceof DockerClientImpl known
                        ? json(known.getHttpClient(), get("/version"))
                        : JSON.valueToTree(client.versionCmd().exec()));
    }

    /** As {@link #isPodman(DockerClient)}, by the engine's answer. */
    static boolean isPodman(JsonNode version) {
        for (JsonNode component : version.path("Components")) {
            if (component.path("Name").asText().contains("Podman")) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an engine runs containers as other users than they say, in user namespaces; by any client. */
    static boolean mapsUsers(DockerClient client) throws IOException {
        JsonNode info = client instanceof DockerClientImpl known
                ? json(known.getHttpClient(), get("/info"))
                : JSON.valueToTree(client.infoCmd().exec());
        for (JsonNode option : info.path("SecurityOptions")) {
            if (option.asText().contains("name=userns") || option.asText().contains("name=rootless")) {
                return true;
            }
        }
        return false;
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static Request get(String path) {
        return Request.builder().method(Request.Method.GET).path(path).build();
    }

    private static byte[] bytes(DockerHttpClient http, Request request) throws IOException {
        try (DockerHttpClient.Response response = http.execute(request)) {
            if (response.getStatusCode() >= 400) {
                throw refused(response);
            }
            return body(response);
        }
    }

    private static byte[] body(DockerHttpClient.Response response) throws IOException {
        return response.getBody() == null ? new byte[0] : response.getBody().readAllBytes();
    }

    /** Returns what an answer that refuses means. */
    static DockerException refused(DockerHttpClient.Response response) throws IOException {
        return refused(response.getStatusCode(), said(body(response)));
    }

    private static DockerException refused(int status, String message) {
        String said = message.isBlank() ? "status " + status : message;
        if (said.contains("no such container")) {
            // Podman says 500 of one that goes away while it looks.
            return new NotFoundException(said);
        }
        return switch (status) {
            case 404 -> new NotFoundException(said);
            case 409 -> new ConflictException(said);
            default -> new DockerException(said, status);
        };
    }

    /** Returns the message of an answer that refuses, also of one that is not JSON, as of a proxy before the engine. */
    static String said(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        try {
            return JSON.readTree(text).path("message").asText(text);
        } catch (IOException e) {
            return text;
        }
    }

    private static JsonNode parsed(String what, byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            if (DockerFailure.endsEarly(e)) {
                throw new IOException("the answer ended in the middle", e);
            }
            throw new PermanentException(
                    Reason.PROTOCOL,
                    "the engine's answer to " + what + " cannot be read (" + DockerFailure.firstLine(e)
                            + "); check that a Docker engine listens there, and report it with the engine's version",
                    e);
        }
    }
}
