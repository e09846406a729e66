package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** The transport to the Docker engine, with its calls counted. */
final class CountingEngine implements DockerHttpClient {

    private final DockerHttpClient http;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

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

    /** Returns how many bytes were sent as bodies since this was asked last. */
    long sent() {
        return sent.getAndSet(0);
    }

    /** Returns how many calls there were since this was asked last. */
    long calls() {
        return calls.getAndSet(0);
    }

    @Override
    public Response execute(Request request) {
        calls.incrementAndGet();
        InputStream body = request.body();
        return http.execute(
                body == null
                        ? request
                        : Request.builder()
                                .from(request)
                                .body(new Counted(body, sent))
                                .build());
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private static DefaultDockerClientConfig config() {
        return DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    }

    private static final class Counted extends FilterInputStream {

        private final AtomicLong sent;

        Counted(InputStream body, AtomicLong sent) {
            super(body);
            this.sent = sent;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            sent.addAndGet(Math.max(0, count));
            return count;
        }
    }
}
