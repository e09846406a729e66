package dev.holdfast.delivery.docker;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import java.net.URI;
import java.nio.file.Path;

/** The socket of the engine that tests run against: that of {@code DOCKER_HOST}, or else the usual one. */
public final class EngineSocket {

    private EngineSocket() {}

    /** Returns it; tests that stand between an engine and its client need one that is a file. */
    public static Path path() {
        URI host =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build().getDockerHost();
        if (!"unix".equals(host.getScheme())) {
            throw new IllegalStateException("this test needs an engine at a unix socket, not at " + host);
        }
        return Path.of(host.getPath());
    }
}
