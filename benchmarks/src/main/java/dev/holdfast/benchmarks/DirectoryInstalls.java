package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Path;

/** Installs into a directory beside {@code cp -a} and {@code git clone}. */
final class DirectoryInstalls {

    private static final int FEWER = 3;
    /** The coreutils program forces each file it is given. */
    private static final String SYNC = " && find \"$2\" -print0 | xargs -0 sync";

    private static final String HOLDFAST = "Holdfast";
    private static final String COPY = "`cp -a`";
    private static final String CLONE = "`git clone --depth 1`";
    private static final String DURABLE_COPY = "`cp -a`, then `sync` of each file and directory";

    private final int rounds;
    private final boolean large;
    private int number;

    DirectoryInstalls(int rounds, boolean large) {
        this.rounds = rounds;
        this.large = large;
    }

    void measure(Report report) throws IOException {
        try (Scratch scratch = Scratch.make()) {
            Tree small = Tree.make(scratch.path("small"), 200, 10 * 1024);
            measure(report, scratch, small, "small", new Rounds(rounds));
            if (large) {
                Tree tree = Tree.make(scratch.path("large"), 2000, 256 * 1024);
                measure(report, scratch, tree, "large", new Rounds(Math.min(rounds, FEWER)).warm());
            }
        }
    }

    private void measure(Report report, Scratch scratch, Tree tree, String size, Rounds ways) {
        Path repository = repository(scratch, tree, size);
        try (Holdfast plain = holdfast(tree, false);
                Holdfast durable = holdfast(tree, true)) {
            Timings timings = ways.between(() -> Command.run(Path.of("/"), "sync"))
                    .way(HOLDFAST, () -> install(scratch, plain))
                    .way(COPY, () -> copied(scratch, tree, ""))
                    .way(CLONE, () -> cloned(scratch, repository))
                    .way("Holdfast, durable", () -> install(scratch, durable))
                    .way(DURABLE_COPY, () -> copied(scratch, tree, SYNC))
                    .measure();
            String shape = tree.files().size() + " files, " + tree.bytes() / 1_000_000 + " MB";
            report.timings("Directory, " + size + " tree (" + shape + ")", timings, tree.bytes());
            report.ratio("directory-" + size + "-holdfast/cp", timings.ratio(HOLDFAST, COPY));
            report.ratio("directory-" + size + "-holdfast/git-clone", timings.ratio(HOLDFAST, CLONE));
            report.ratioAtMost(
                    "directory-" + size + "-durable/cp-and-sync",
                    timings.ratio("Holdfast, durable", DURABLE_COPY),
                    1.3);
        }
    }

    private static Holdfast holdfast(Tree tree, boolean durable) {
        return Holdfast.builder()
                .resolver(new TreeResolver(tree))
                .target(DirectoryTarget.create().durable(durable))
                .store(InMemoryTrackingStore.create())
                .build();
    }

    private long install(Scratch scratch, Holdfast holdfast) throws Exception {
        Path place = scratch.path("place-" + ++number);
        InstallRequest request = InstallRequest.of(
                WorkspaceId.of("ws-" + number), Source.parse("tree://plugin"), TargetAddress.parse("dir://" + place));
        long nanos = Rounds.time(() -> holdfast.install(request));
        Scratch.remove(place);
        return nanos;
    }

    private long copied(Scratch scratch, Tree tree, String more) throws Exception {
        Path place = scratch.path("copy-" + ++number);
        long nanos = Rounds.time(() -> Command.run(
                scratch.directory(),
                "sh",
                "-c",
                "cp -a \"$1\" \"$2\"" + more,
                "sh",
                tree.directory().toString(),
                place.toString()));
        Scratch.remove(place);
        return nanos;
    }

    private long cloned(Scratch scratch, Path repository) throws Exception {
        Path place = scratch.path("clone-" + ++number);
        long nanos = Rounds.time(() -> Command.run(
                scratch.directory(), "git", "clone", "-q", "--depth", "1", "file://" + repository, place.toString()));
        Scratch.remove(place);
        return nanos;
    }

    private static Path repository(Scratch scratch, Tree tree, String size) {
        Path repository = scratch.path(size + ".git");
        Path root = scratch.directory();
        String git = "git --git-dir=\"$1\" --work-tree=\"$2\" -c user.name=b -c user.email=b@example.com ";
        Command.run(root, "git", "init", "-q", "--bare", repository.toString());
        Command.run(
                root,
                "sh",
                "-c",
                git + "add -A . && " + git + "commit -q -m tree && " + git + "repack -a -d -q",
                "sh",
                repository.toString(),
                tree.directory().toString());
        return repository;
    }
}
