package dev.holdfast.benchmarks;

import dev.holdfast.ApplyResult;
import dev.holdfast.BulkAnswer;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.ReviewedUpdate;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A node of its own: installs a plugin into many directories, and at each line that it reads finds the newest revision,
 * then applies all updates in one call. Prints {@code ready}, and for each line how many nanoseconds that took.
 */
final class FleetNode {

    private static final String WORKSPACE = "ws-%04d";

    private final Holdfast holdfast;
    private final String url;

    private FleetNode(Holdfast holdfast, String url) {
        this.holdfast = holdfast;
        this.url = url;
    }

    /** The arguments: database, source, directory, and how many workspaces. */
    public static void main(String[] arguments) throws Exception {
        JGitResolver.isolateJvm();
        String url = arguments[0];
        Source source = Source.parse(arguments[1]);
        Path place = Path.of(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        try (JdbcTrackingStore store = JdbcTrackingStore.pooled(url, "postgres", "");
                JGitResolver git = JGitResolver.builder(place.resolve("cache"))
                        .allowHttp(URI.create(source.toString().replaceFirst("^git\\+", ""))
                                .getAuthority())
                        .build()) {
            store.migrate();
            try (Holdfast holdfast = Holdfast.builder()
                    .resolver(git)
                    .target(DirectoryTarget.create())
                    .store(store)
                    .build()) {
                FleetNode node = new FleetNode(holdfast, url);
                node.install(source, place, count);
                System.out.println("ready");
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                while (lines.readLine() != null) {
                    System.out.println(node.round(count));
                }
            }
        }
    }

    private void install(Source source, Path place, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> installs = IntStream.range(0, count)
                    .mapToObj(WORKSPACE::formatted)
                    .<Future<?>>map(name -> threads.submit(() -> holdfast.install(InstallRequest.of(
                                    WorkspaceId.of(name), source, TargetAddress.parse("dir://" + place.resolve(name)))
                            .track(TrackedRef.ref("main")))))
                    .toList();
            for (Future<?> install : installs) {
                install.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private long round(int count) throws Exception {
        due();
        holdfast.sweeper().sweep();
        List<ReviewedUpdate> reviewed = holdfast.updates()
                .pending()
                .map(update -> new ReviewedUpdate(update.id(), update.to()))
                .toList();
        if (reviewed.size() != count) {
            throw new IllegalStateException(reviewed.size() + " updates wait, not " + count);
        }
        long start = System.nanoTime();
        List<BulkAnswer> answers = holdfast.updates().applyAll(reviewed, "benchmark", answer -> {});
        long nanos = System.nanoTime() - start;
        for (BulkAnswer answer : answers) {
            if (!(answer.result() instanceof ApplyResult.Applied)) {
                throw new IllegalStateException(answer.toString());
            }
        }
        return nanos;
    }

    /** As if an hour had passed since the source was asked last. */
    private void due() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE holdfast.upstream SET due_at = now() - interval '1 second'");
        }
    }
}
