package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A platform with something to see: three workspaces, plugins from git repositories of our own, and authors who have
 * released since. All of it is real, in a temporary directory, and goes when the demo ends.
 */
final class Demo implements AutoCloseable {

    private static final String AUTHOR = "demo";

    private final Path directory;
    private final Platform platform;

    private Demo(Path directory, Platform platform) {
        this.directory = directory;
        this.platform = platform;
    }

    static Demo start(HostOptions options, Map<String, String> environment) throws IOException {
        Path directory = Files.createTempDirectory("holdfast-host-").toRealPath();
        options.demo = true;
        options.state = directory;
        options.allowFile = List.of(directory);
        try {
            Demo demo = new Demo(directory, Platform.start(options, environment));
            demo.tell();
            return demo;
        } catch (RuntimeException | IOException e) {
            remove(directory);
            throw e;
        }
    }

    Platform platform() {
        return platform;
    }

    /** Installs what was there, lets the authors release, and looks. */
    private void tell() throws IOException {
        Instant now = Clock.systemUTC().instant();
        DemoSources sources = DemoSources.in(directory.resolve("sources"), now);
        for (String workspace : List.of("atlas", "borealis", "cumulus")) {
            workspace(workspace, Optional.empty());
            install(workspace, sources.greeter(), "tag:latest");
        }
        install("atlas", sources.toolbox(), "semver:^2");
        install("borealis", sources.linter(), "ref:main");
        install("cumulus", sources.archive(), "tag:latest");
        sources.release(now);
        lookAtAll(platform.holdfast());
    }

    private void workspace(String name, Optional<String> container) {
        WorkspaceId id = WorkspaceId.of(name);
        platform.workspaces().create(id, platform.places().of(id, container));
    }

    private void install(String workspace, Source source, String track) {
        WorkspaceId id = WorkspaceId.of(workspace);
        platform.holdfast()
                .install(InstallRequest.of(
                                id, source, platform.workspaces().existing(id).address())
                        .track(TrackedRef.parse(track))
                        .by(AUTHOR));
    }

    private static void lookAtAll(Holdfast holdfast) {
        holdfast.upstreams(Page.Request.first(Page.LARGEST))
                .items()
                .forEach(status -> holdfast.sweeper().check(status.upstream()));
    }

    @Override
    public void close() throws IOException {
        platform.close();
        remove(directory);
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
