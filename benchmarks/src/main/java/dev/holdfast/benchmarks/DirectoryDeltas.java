package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Upgrades of which a hundredth differs, in a directory, beside {@code rsync --link-dest} and {@code cp -a}. */
final class DirectoryDeltas {

    private static final int EVERY = 100;
    private static final String NAMED = "Holdfast, reuse, the source names its content";
    private static final String READ = "Holdfast, reuse, the source is read";
    private static final String SENT = "Holdfast, all written";
    private static final String RSYNC = "`rsync -a --link-dest`";
    private static final String COPY = "`cp -a`";

    private final int rounds;
    private final boolean large;
    private int number;

    DirectoryDeltas(int rounds, boolean large) {
        this.rounds = rounds;
        this.large = large;
    }

    void measure(Report report) throws IOException {
        try (Scratch scratch = Scratch.make()) {
            int bytes = large ? 256 * 1024 : 16 * 1024;
            Tree one = Tree.make(scratch.path("one"), 2000, bytes);
            Tree other = one.changed(scratch.path("other"), EVERY);
            Path older = scratch.path("older");
            Command.run(Path.of("/"), "cp", "-a", one.directory().toString(), older.toString());
            try (Holdfast named = holdfast(one, other, Reuse.listed(), true);
                    Holdfast read = holdfast(one, other, Reuse.listed(), false);
                    Holdfast all = holdfast(one, other, Reuse.off(), false)) {
                Timings timings = new Rounds(rounds)
                        .between(() -> Command.run(Path.of("/"), "sync"))
                        .way(NAMED, () -> upgraded(scratch.path("named"), named))
                        .way(READ, () -> upgraded(scratch.path("read"), read))
                        .way(SENT, () -> upgraded(scratch.path("all"), all))
                        .way(RSYNC, () -> copied(scratch, other, "rsync", "-a", "--link-dest=" + older))
                        .way(COPY, () -> copied(scratch, other, "cp", "-a"))
                        .measure();
                report.timings(
                        "Directory, upgrade, 2000 files, " + one.bytes() / 1_000_000 + " MB, 1 % changed", timings);
                report.ratioAtMost("directory-delta-holdfast/rsync", timings.ratio(NAMED, RSYNC), 1.0);
                report.ratio("directory-delta-source-read/rsync", timings.ratio(READ, RSYNC));
                report.ratio("directory-delta-holdfast/all-written", timings.ratio(NAMED, SENT));
                report.ratio("directory-delta-holdfast/cp", timings.ratio(NAMED, COPY));
            }
        }
    }

    private static Holdfast holdfast(Tree one, Tree other, Reuse reuse, boolean named) {
        return Holdfast.builder()
                .resolver(TreeResolver.between(one, other, Set.copyOf(one.changing(EVERY)), named))
                .target(DirectoryTarget.create().durable(false))
                .store(InMemoryTrackingStore.create())
                .reuse(reuse)
                .build();
    }

    private static long upgraded(Path place, Holdfast holdfast) throws Exception {
        InstallRequest request = InstallRequest.of(
                WorkspaceId.of("ws-" + place.getFileName()),
                Source.parse("tree://plugin"),
                TargetAddress.parse("dir://" + place));
        return Rounds.time(() -> holdfast.install(request));
    }

    private long copied(Scratch scratch, Tree tree, String... program) throws Exception {
        Path place = scratch.path("copy-" + ++number);
        String[] command = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(program),
                        java.util.stream.Stream.of(tree.directory() + "/.", place.toString()))
                .toArray(String[]::new);
        long nanos = Rounds.time(() -> Command.run(scratch.directory(), command));
        Scratch.remove(place);
        return nanos;
    }
}
