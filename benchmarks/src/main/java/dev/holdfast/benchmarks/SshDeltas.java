package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.ssh.LocalSshd;
import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Upgrades of which a hundredth differs, over SSH on a line of 100 Mbit/s, beside {@code rsync --link-dest} over the
 * same line.
 */
final class SshDeltas {

    private static final int EVERY = 100;
    private static final long BYTES_PER_SECOND = 100_000_000 / 8;
    private static final String LINKED = "Holdfast, reuse";
    private static final String SENT = "Holdfast, all sent";
    private static final String RSYNC = "`rsync -a --link-dest`, its connection open already";
    private static final String LOGIN = "`rsync -a --link-dest`, with its login";

    private final int rounds;
    private final boolean large;
    private int number;

    SshDeltas(int rounds, boolean large) {
        this.rounds = rounds;
        this.large = large;
    }

    void measure(Report report) throws IOException {
        try (Scratch scratch = Scratch.make();
                LocalSshd server = LocalSshd.start();
                SlowLine line = new SlowLine(port(server.authority()), BYTES_PER_SECOND);
                SshTarget target = LocalSshd.target(hosts(scratch, server, line), server.userKey())
                        .build()) {
            Tree one = Tree.make(scratch.path("one"), 2000, large ? 256 * 1024 : 16 * 1024);
            Tree other = one.changed(scratch.path("other"), EVERY);
            String address = "ssh://" + user(server.authority()) + "@127.0.0.1:" + line.port();
            Path older = scratch.path("older");
            Command.run(scratch.directory(), "cp", "-a", one.directory().toString(), older.toString());
            Place place = new Place(scratch, server, line, other, older);
            try (Holdfast linked = holdfast(target, one, other, Reuse.listed());
                    Holdfast sent = holdfast(target, one, other, Reuse.off())) {
                upgraded(address + scratch.path("linked"), linked);
                Timings timings = new Rounds(rounds)
                        .between(() -> Command.run(Path.of("/"), "sync"))
                        .way(LINKED, () -> upgraded(address + scratch.path("linked"), linked))
                        .way(RSYNC, () -> copied(place, true))
                        .way(LOGIN, () -> copied(place, false))
                        .measure();
                Timings whole = new Rounds(1)
                        .warm()
                        .way(SENT, () -> upgraded(address + scratch.path("sent"), sent))
                        .measure();
                String shape = "2000 files, " + one.bytes() / 1_000_000 + " MB, 1 % changed, 100 Mbit/s";
                report.timings("SSH, upgrade, " + shape, timings);
                report.timings("SSH, all sent, " + shape, whole, one.bytes());
                report.ratioAtMost("ssh-delta-holdfast/rsync", timings.ratio(LINKED, RSYNC), 1.3);
                report.ratio("ssh-delta-holdfast/rsync-with-login", timings.ratio(LINKED, LOGIN));
                report.ratioAtMost("ssh-delta-holdfast/all-sent", timings.median(LINKED) / whole.median(SENT), 0.1);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private record Place(Scratch scratch, LocalSshd server, SlowLine line, Tree tree, Path older) {}

    private static Holdfast holdfast(SshTarget target, Tree one, Tree other, Reuse reuse) {
        return Holdfast.builder()
                .resolver(TreeResolver.between(one, other, Set.copyOf(one.changing(EVERY)), true))
                .target(target)
                .store(InMemoryTrackingStore.create())
                .reuse(reuse)
                .build();
    }

    private static long upgraded(String address, Holdfast holdfast) throws Exception {
        InstallRequest request =
                InstallRequest.of(WorkspaceId.of("ws"), Source.parse("tree://plugin"), TargetAddress.parse(address));
        return Rounds.time(() -> holdfast.install(request));
    }

    /** @param open whether one connection serves all of them, as it does for Holdfast */
    private long copied(Place place, boolean open) throws Exception {
        Path to = place.scratch().path("copy-" + ++number);
        String shell = "ssh -p " + place.line().port() + " -i " + place.server().userKey() + " -o UserKnownHostsFile="
                + place.scratch().path("known_hosts")
                + (open
                        ? " -o ControlMaster=auto -o ControlPersist=30 -o ControlPath="
                                + place.scratch().path("c")
                        : "");
        long nanos = Rounds.time(() -> Command.run(
                place.scratch().directory(),
                "rsync",
                "-a",
                "--link-dest=" + place.older(),
                "-e",
                shell,
                place.tree().directory() + "/",
                user(place.server().authority()) + "@127.0.0.1:" + to));
        Scratch.remove(to);
        return nanos;
    }

    private static Path hosts(Scratch scratch, LocalSshd server, SlowLine line) throws IOException {
        return Files.writeString(
                scratch.path("known_hosts"),
                Files.readString(server.knownHosts()).replace(":" + port(server.authority()), ":" + line.port()));
    }

    private static int port(String authority) {
        return Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
    }

    private static String user(String authority) {
        return authority.substring(0, authority.indexOf('@'));
    }
}
