package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;

/**
 * Makes Docker clients that speak a version of the API which the engine knows: the smaller of the engine's newest and
 * 1.44. docker-java itself does not ask; what it makes without a version speaks whatever is newest, and with a wrong
 * one fails every call.
 *
 * <p>The caller closes the client.
 */
public final class DockerClients {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final RemoteApiVersion NEWEST_TESTED = RemoteApiVersion.VERSION_1_44;
    /**
     * For requests of our own, which tell docker-java's types nothing: a container has settings that 1.44 does not
     * know.
     */
    private static final RemoteApiVersion NEWEST_READ = RemoteApiVersion.parseConfig("1.51");

    private DockerClients() {}

    /**
     * Connects to the engine that {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY}, {@code DOCKER_CERT_PATH} and the
     * files of docker-java name; without any, to the local socket.
     *
     * @throws dev.holdfast.spi.TransientException if the engine does not answer within ten seconds
     * @throws PermanentException if it may not be used, or is no Docker engine
     */
    public static DockerClient connect() {
        return connect(DefaultDockerClientConfig.createDefaultConfigBuilder());
    }

    /** As {@link #connect()}, to the engine at {@code host}, such as {@code unix:///var/run/docker.sock}. */
    public static DockerClient connect(URI host) {
        return connect(DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host.toString()));
    }

    private static DockerClient connect(DefaultDockerClientConfig.Builder builder) {
        DefaultDockerClientConfig config = builder.build();
        DockerHttpClient http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .connectionTimeout(PATIENCE)
                .build();
        try {
            String version = negotiated(http, config.getDockerHost());
            return DockerClientImpl.getInstance(builder.withApiVersion(version).build(), http);
        } catch (RuntimeException e) {
            close(http, e);
            throw e;
        }
    }

    /** Returns the version of the API to speak with an engine: see the class. */
    static String negotiated(DockerHttpClient http, URI host) {
        return negotiated(http, host, NEWEST_TESTED);
    }

    /** Returns the version for requests whose answers are read as JSON: the smaller of the engine's newest and 1.51. */
    static String negotiatedForJson(DockerHttpClient http, URI host) {
        return negotiated(http, host, NEWEST_READ);
    }

    private static String negotiated(DockerHttpClient http, URI host, RemoteApiVersion most) {
        Deadline deadline = Deadline.after(PATIENCE);
        String version = DockerCalls.bounded("asking " + host + " for its version", deadline, () -> apiVersion(http));
        RemoteApiVersion newest = RemoteApiVersion.parseConfigWithDefault(version);
        if (newest.equals(RemoteApiVersion.UNKNOWN_VERSION)) {
            throw new PermanentException(
                    Reason.PROTOCOL, host + " names no API version; check that a Docker engine listens there");
        }
        return (most.isGreater(newest) ? newest : most).getVersion();
    }

    private static String apiVersion(DockerHttpClient http) {
        DockerHttpClient.Request ping = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path("/_ping")
                .build();
        try (DockerHttpClient.Response response = http.execute(ping)) {
            return String.valueOf(response.getHeader("Api-Version"));
        }
    }

    private static void close(DockerHttpClient http, RuntimeException because) {
        try {
            http.close();
        } catch (IOException e) {
            because.addSuppressed(new UncheckedIOException(e));
        }
    }
}
