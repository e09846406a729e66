package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.util.function.Consumer;

/** Clients of the engine under test that say what they ask it. */
final class ToldClient {

    private ToldClient() {}

    /** Returns one that tells each request before it is sent. */
    static DockerClient telling(Consumer<DockerHttpClient.Request> told) {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        DockerHttpClient http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .build();
        return DockerClientImpl.getInstance(config, new DockerHttpClient() {
            @Override
            public Response execute(Request request) {
                told.accept(request);
                return http.execute(request);
            }

            @Override
            public void close() throws IOException {
                http.close();
            }
        });
    }
}
