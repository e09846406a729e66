package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fetches of what is not in the cache where that holds thousands of repositories, beside the same with a cache that is new. */
final class Caches {

    private static final int[] SIZES = {2_000, 8_000};
    private static final int AT_ONE_TIME = 8;
    private static final int BATCH = 20;

    private final int rounds;
    private int next;

    Caches(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws Exception {
        report.note(BATCH
                + " fetches of a repository of ten files from a real server (loopback), one after another. Each round does them with"
                + " the cache that holds so many repositories, and with one that is empty.");
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"))) {
            GitRepository first = server.repository("acme/first");
            Tree.make(first.work(), 10, 1024);
            Revision newest = first.commitAll();
            Place place = new Place(scratch, server, first, newest);
            try (JGitResolver full = place.resolver("full")) {
                int held = 0;
                for (int size : SIZES) {
                    fill(place, full, size - held);
                    held = size;
                    Timings timings = new Rounds(rounds)
                            .way("cache of " + size, () -> fetched(place, full))
                            .way("empty cache", () -> {
                                try (JGitResolver empty = place.resolver("empty-" + next)) {
                                    return fetched(place, empty);
                                }
                            })
                            .measure();
                    report.timings(BATCH + " fetches, " + size + " repositories in the cache", timings);
                    report.ratioAtMost(
                            "fetch-with-" + size + "-cached/empty",
                            timings.ratio("cache of " + size, "empty cache"),
                            1.2);
                }
            }
        }
    }

    private record Place(Scratch scratch, GitHttpServer server, GitRepository first, Revision newest) {

        JGitResolver resolver(String cache) {
            return JGitResolver.builder(scratch.path(cache))
                    .allowHttp(server.host())
                    .build();
        }

        /** The one repository under another name. */
        Source named(int number) throws java.io.IOException {
            Path link = first.directory().resolveSibling("r" + number + ".git");
            Files.createSymbolicLink(link, first.directory().getFileName());
            return Source.parse("git+" + server.base() + "/acme/r" + number + ".git#ref:main");
        }

        void fetch(JGitResolver git, Source source) {
            git.fetch(source, newest, Deadline.after(Duration.ofMinutes(1))).close();
        }
    }

    private List<Source> sources(Place place, int count) throws java.io.IOException {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(place.named(next++));
        }
        return sources;
    }

    private void fill(Place place, JGitResolver git, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Source source : sources(place, count)) {
                running.add(threads.submit(() -> place.fetch(git, source)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private long fetched(Place place, JGitResolver git) throws Exception {
        List<Source> sources = sources(place, BATCH);
        return Rounds.time(() -> sources.forEach(source -> place.fetch(git, source)));
    }
}
