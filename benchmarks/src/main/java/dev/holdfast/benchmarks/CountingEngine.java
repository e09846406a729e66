package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The transport to the Docker engine, with its calls counted. */
final class CountingEngine implements DockerHttpClient {

    private final DockerHttpClient http;
    private final AtomicLong calls = new AtomicLong();

    private CountingEngine(DockerHttpClient http) {
        this.http = http;
    }

    static CountingEngine make() {
        return new CountingEngine(new ZerodepDockerHttpClient.Builder()
                .dockerHost(config().getDockerHost())
                .build());
    }

    DockerClient client() {
        return DockerClientImpl.getInstance(config(), this);
    }

    /** Returns how many calls there were since this was asked last. */
    long calls() {
        return calls.getAndSet(0);
    }

    @Override
    public Response execute(Request request) {
        calls.incrementAndGet();
        return http.execute(request);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private static DefaultDockerClientConfig config() {
        return DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    }
}
