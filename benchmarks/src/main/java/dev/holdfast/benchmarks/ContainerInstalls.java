package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Installs into running containers beside a bare {@code docker cp} and an upload and five execs. */
final class ContainerInstalls {

    private static final int FEWER = 3;
    private static final int CROWD = 20;
    private static final String HOLDFAST = "Holdfast";
    private static final String COPY = "`docker cp`";
    private static final String DANCE = "dance";

    private final int rounds;
    private final boolean large;
    private int number;

    ContainerInstalls(int rounds, boolean large) {
        this.rounds = rounds;
        this.large = large;
    }

    void measure(Report report) throws IOException {
        CountingEngine engine = CountingEngine.make();
        try (Scratch scratch = Scratch.make();
                DockerClient client = engine.client();
                Busybox container = Busybox.start(client)) {
            container.sh("mkdir -p /srv");
            Tree small = Tree.make(scratch.path("small"), 200, 10 * 1024);
            Place place = new Place(client, container, small);
            try (Holdfast holdfast = holdfast(place)) {
                counts(report, engine, place, holdfast);
                first(report, place, holdfast);
                again(report, place, holdfast);
                crowd(report, place, holdfast);
            }
            if (large) {
                large(report, new Place(client, container, Tree.make(scratch.path("large"), 2000, 256 * 1024)));
            }
        }
    }

    /** Where to install, and what. */
    private record Place(DockerClient client, Busybox container, Tree tree) {

        Dance dance() {
            return new Dance(client, container.id());
        }
    }

    private static Holdfast holdfast(Place place) {
        return Holdfast.builder()
                .resolver(new TreeResolver(place.tree()))
                .target(DockerTarget.over(place.client()))
                .store(InMemoryTrackingStore.create())
                .build();
    }

    private void counts(Report report, CountingEngine engine, Place place, Holdfast holdfast) {
        String path = path();
        engine.calls();
        holdfast.install(request(place.container(), path));
        report.count("docker-calls-install", engine.calls());
        holdfast.install(request(place.container(), path));
        report.count("docker-calls-upgrade", engine.calls());
        try {
            place.dance().install(place.tree(), path());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        report.count("docker-calls-dance", engine.calls());
    }

    private void first(Report report, Place place, Holdfast holdfast) {
        Timings timings = ways(place, holdfast, new Rounds(rounds)).measure();
        report.timings(
                "Container, small tree (200 files, 2 MB), first install",
                timings,
                place.tree().bytes());
        ratios(report, "docker-small", timings);
    }

    private void large(Report report, Place place) {
        try (Holdfast holdfast = holdfast(place)) {
            Timings timings = ways(place, holdfast, new Rounds(Math.min(rounds, FEWER)).warm())
                    .between(() -> Command.run(Path.of("/"), "sync"))
                    .measure();
            report.timings(
                    "Container, large tree (2000 files, 524 MB), first install",
                    timings,
                    place.tree().bytes());
            report.ratioAtMost("docker-large-holdfast/docker-cp", timings.ratio(HOLDFAST, COPY), 1.3);
            report.ratio("docker-large-dance/holdfast", timings.ratio(DANCE, HOLDFAST));
        }
    }

    private Rounds ways(Place place, Holdfast holdfast, Rounds rounds) {
        return rounds.way(HOLDFAST, () -> {
                    InstallRequest request = request(place.container(), path());
                    return cleaned(place, Rounds.time(() -> holdfast.install(request)));
                })
                .way(COPY, () -> {
                    String path = path();
                    return cleaned(place, Rounds.time(() -> copy(place, path)));
                })
                .way("upload alone, without the program", () -> {
                    String path = path();
                    place.container().sh("mkdir " + path);
                    return cleaned(place, Rounds.time(() -> place.dance().upload(place.tree(), path)));
                })
                .way(DANCE, () -> {
                    String path = path();
                    return cleaned(place, Rounds.time(() -> place.dance().install(place.tree(), path)));
                });
    }

    /** A second revision over the first. */
    private void again(Report report, Place place, Holdfast holdfast) {
        InstallRequest request = request(place.container(), "/var/again");
        String danced = "/var/danced";
        place.container().sh("mkdir -p /var");
        Timings timings = new Rounds(rounds)
                .way(HOLDFAST, () -> Rounds.time(() -> holdfast.install(request)))
                .way(COPY, () -> {
                    String path = path();
                    return cleaned(place, Rounds.time(() -> copy(place, path)));
                })
                .way(DANCE, () -> Rounds.time(() -> place.dance().install(place.tree(), danced)))
                .measure();
        report.timings("Container, small tree, upgrade", timings);
        ratios(report, "docker-upgrade", timings);
    }

    private static void ratios(Report report, String name, Timings timings) {
        report.ratioAtLeast(name + "-dance/holdfast", timings.ratio(DANCE, HOLDFAST), 3);
        report.ratioAtMost(name + "-holdfast/docker-cp", timings.ratio(HOLDFAST, COPY), 2.5);
    }

    private void crowd(Report report, Place first, Holdfast holdfast) {
        List<Place> places = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(CROWD);
        try {
            for (int i = 0; i < CROWD; i++) {
                Busybox container = Busybox.start(first.client());
                container.sh("mkdir -p /srv");
                places.add(new Place(first.client(), container, first.tree()));
            }
            Timings timings = new Rounds(Math.min(rounds, FEWER))
                    .way(HOLDFAST, () -> {
                        String path = path();
                        return cleaned(
                                places,
                                together(threads, places, place -> holdfast.install(request(place.container(), path))));
                    })
                    .way(COPY, () -> {
                        String path = path();
                        return cleaned(places, together(threads, places, place -> copy(place, path)));
                    })
                    .way(DANCE, () -> {
                        String path = path();
                        return cleaned(
                                places,
                                together(threads, places, place -> place.dance().install(place.tree(), path)));
                    })
                    .measure();
            report.timings("20 containers at once, small tree, first install", timings);
            report.ratio("docker-20-dance/holdfast", timings.ratio(DANCE, HOLDFAST));
            report.ratio("docker-20-holdfast/docker-cp", timings.ratio(HOLDFAST, COPY));
        } finally {
            threads.shutdownNow();
            places.forEach(place -> place.container().close());
        }
    }

    private interface InOne {
        void run(Place place) throws Exception;
    }

    private static long together(ExecutorService threads, List<Place> places, InOne work) throws Exception {
        return Rounds.time(() -> {
            List<Future<?>> running = new ArrayList<>();
            for (Place place : places) {
                running.add(threads.submit(() -> {
                    work.run(place);
                    return true;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        });
    }

    private static void copy(Place place, String path) {
        Command.run(
                Path.of("/"),
                "docker",
                "cp",
                "-q",
                place.tree().directory().toString(),
                place.container().id() + ":" + path);
    }

    private InstallRequest request(Busybox container, String path) {
        return InstallRequest.of(
                WorkspaceId.of("ws-" + container.id().substring(0, 12) + path.replace('/', '-')),
                Source.parse("tree://plugin"),
                container.address(path));
    }

    private static long cleaned(Place place, long nanos) {
        place.container().sh("rm -rf /srv/*");
        return nanos;
    }

    private static long cleaned(List<Place> places, long nanos) {
        places.forEach(place -> cleaned(place, 0));
        return nanos;
    }

    private String path() {
        return "/srv/p" + ++number;
    }
}
