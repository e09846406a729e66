package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Upgrades of which a hundredth differs, in a running container, beside {@code docker cp} of the whole. */
final class ContainerDeltas {

    private static final int EVERY = 100;
    private static final String LINKED = "Holdfast, reuse";
    private static final String SENT = "Holdfast, all sent";
    private static final String COPY = "`docker cp`";

    private final int rounds;
    private final boolean large;
    private int number;

    ContainerDeltas(int rounds, boolean large) {
        this.rounds = rounds;
        this.large = large;
    }

    void measure(Report report) throws IOException {
        CountingEngine engine = CountingEngine.make();
        try (Scratch scratch = Scratch.make();
                DockerClient client = engine.client();
                Busybox container = Busybox.start(client)) {
            container.sh("mkdir -p /srv /var");
            int bytes = large ? 256 * 1024 : 16 * 1024;
            Tree one = Tree.make(scratch.path("one"), 2000, bytes);
            Tree other = one.changed(scratch.path("other"), EVERY);
            try (Holdfast linked = holdfast(client, one, other, Reuse.listed());
                    Holdfast sent = holdfast(client, one, other, Reuse.off())) {
                Timings timings = new Rounds(rounds)
                        .between(() -> Command.run(Path.of("/"), "sync"))
                        .way(LINKED, () -> upgraded(container, "/var/linked", linked))
                        .way(SENT, () -> upgraded(container, "/var/sent", sent))
                        .way(COPY, () -> copied(container, other))
                        .measure();
                report.timings(
                        "Container, upgrade, 2000 files, " + one.bytes() / 1_000_000 + " MB, 1 % changed", timings);
                report.ratioAtMost("docker-delta-holdfast/docker-cp", timings.ratio(LINKED, COPY), 0.15);
                report.ratio("docker-delta-holdfast/all-sent", timings.ratio(LINKED, SENT));
                engine.sent();
                engine.calls();
                upgraded(container, "/var/linked", linked);
                report.ratioAtMost(
                        "docker-delta-bytes-in-percent-of-the-tree", 100.0 * engine.sent() / one.bytes(), 1.5);
                report.count("docker-calls-delta", engine.calls());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Holdfast holdfast(DockerClient client, Tree one, Tree other, Reuse reuse) {
        return Holdfast.builder()
                .resolver(TreeResolver.between(one, other, Set.copyOf(one.changing(EVERY)), true))
                .target(DockerTarget.over(client))
                .store(InMemoryTrackingStore.create())
                .reuse(reuse)
                .build();
    }

    private static long upgraded(Busybox container, String path, Holdfast holdfast) throws Exception {
        InstallRequest request = InstallRequest.of(
                WorkspaceId.of("ws" + path.replace('/', '-')), Source.parse("tree://plugin"), container.address(path));
        long nanos = Rounds.time(() -> holdfast.install(request));
        // Every upgrade leaves a release; a disk holds only so many whole ones.
        container.sh("cd " + path + "/.releases/*/ && ls | sort -r | tail -n +3 | xargs rm -rf");
        return nanos;
    }

    private long copied(Busybox container, Tree tree) throws Exception {
        String path = "/srv/p" + ++number;
        long nanos = Rounds.time(() -> Command.run(
                Path.of("/"), "docker", "cp", "-q", tree.directory().toString(), container.id() + ":" + path));
        container.sh("rm -rf /srv/*");
        return nanos;
    }
}
