package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fetches of what is not in the cache where that holds thousands of repositories, beside the same where it holds one.
 */
final class Caches {

    private static final int[] SIZES = {2_000, 8_000};
    private static final int BATCH = 20;
    private static final int NAME_DIGITS = 32;
    private static final double AIM = 1.2;

    private final int rounds;
    private int next;

    Caches(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws Exception {
        report.note(BATCH
                + " fetches of a repository of ten files from a real server (git http-backend behind nginx, loopback), one"
                + " after another, each of them new to the cache. Every round does them in all three caches. Those that hold thousands"
                + " were filled with copies of a fetched repository, and each copy was then read once by the same resolver, as after"
                + " a fetch.");
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"))) {
            GitRepository first = server.repository("acme/first");
            Tree.make(first.work(), 10, 1024);
            Place place = new Place(scratch, server, first, first.commitAll());
            measure(report, place);
        }
    }

    private void measure(Report report, Place place) throws Exception {
        Rounds interleaved = new Rounds(rounds).way(name(0), () -> {
            try (JGitResolver empty = place.resolver("empty-" + next)) {
                place.fetch(empty, place.named(next++));
                return fetched(place, empty);
            }
        });
        List<JGitResolver> full = new ArrayList<>();
        try {
            for (int size : SIZES) {
                JGitResolver resolver = place.resolver("full-" + size);
                full.add(resolver);
                fill(place, resolver, "full-" + size, size);
                interleaved.way(name(size), () -> fetched(place, resolver));
            }
            Timings timings = interleaved.measure();
            report.timings(BATCH + " fetches, by how many repositories the cache held before", timings);
            for (int size : SIZES) {
                report.ratioAtMost("fetch-with-" + size + "-cached/empty", timings.ratio(name(size), name(0)), AIM);
            }
        } finally {
            full.forEach(JGitResolver::close);
        }
    }

    private static String name(int size) {
        return "Holdfast: " + size + " cached";
    }

    private record Place(Scratch scratch, GitHttpServer server, GitRepository first, Revision newest) {

        JGitResolver resolver(String cache) {
            return JGitResolver.builder(scratch.path(cache))
                    .allowHttp(server.host())
                    .build();
        }

        String url(int number) {
            return server.base() + "/acme/r" + number + ".git";
        }

        /** The one repository under another name. */
        Source named(int number) throws IOException {
            Path link = first.directory().resolveSibling("r" + number + ".git");
            Files.createSymbolicLink(link, first.directory().getFileName());
            return Source.parse("git+" + url(number) + "#ref:main");
        }

        void fetch(JGitResolver git, Source source) {
            git.fetch(source, newest, Deadline.after(Duration.ofMinutes(1))).close();
        }
    }

    /** Puts copies of one fetched repository where the cache looks for others; no request is made for them. */
    private void fill(Place place, JGitResolver git, String cache, int count) throws Exception {
        Path directory = place.scratch().path(cache);
        place.fetch(git, place.named(next++));
        Path fetched = repositories(directory).get(0);
        for (int i = 1; i < count; i++) {
            Path copy = directory.resolve(cached(place.url(next)));
            copy(fetched, copy);
            place.fetch(git, place.named(next++));
        }
        if (repositories(directory).size() != count) {
            throw new IllegalStateException("the cache did not take the copies for its own");
        }
    }

    private static List<Path> repositories(Path cache) throws IOException {
        try (Stream<Path> children = Files.list(cache)) {
            return children.filter(child -> child.toString().endsWith(".git")).toList();
        }
    }

    /** The name that the cache gives to a repository. */
    private static String cached(String url) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS) + ".git";
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(from)) {
            all = found.toList();
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(from.relativize(path)));
        }
    }

    private long fetched(Place place, JGitResolver git) throws Exception {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            sources.add(place.named(next++));
        }
        return Rounds.time(() -> sources.forEach(source -> place.fetch(git, source)));
    }
}
