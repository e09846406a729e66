package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What hosts do with a store, in short: the plugin {@code greeter} of some workspace, from one upstream. */
record Steps(TrackingStore store) {

    static final Upstream UPSTREAM = new Upstream("scripted", "scripted://greeter", "scripted");
    static final Duration MINUTE = Duration.ofMinutes(1);

    static Revision revision(char digit) {
        return Revision.of(String.valueOf(digit).repeat(40));
    }

    static InstallKey greeterOf(String workspace) {
        return InstallKey.of(workspace, "greeter");
    }

    Operation open(Kind kind, String workspace) {
        NewOperation wanted = NewOperation.of(
                        kind, greeterOf(workspace), TargetAddress.parse("dir:///srv/" + workspace), "tester")
                .heldBy("node-a", MINUTE);
        return ((Opening.Opened) store.journal().open(wanted)).operation();
    }

    void install(String workspace, Revision revision) {
        Operation operation = open(Kind.INSTALL, workspace);
        Install install = Install.delivered(
                operation.key(),
                operation.address(),
                new Origin(Source.parse("scripted://greeter"), TrackedRef.latestTag(), UPSTREAM),
                new Release(
                        Stamp.of(Instant.EPOCH, operation.id()),
                        revision,
                        Optional.empty(),
                        new TreeDigest("sha256:" + "a".repeat(64))));
        assertThat(store.journal().record(operation, install)).isTrue();
        assertThat(store.journal().close(operation, Closing.succeeded(""))).isTrue();
    }

    void uninstall(String workspace) {
        Operation operation = open(Kind.UNINSTALL, workspace);
        assertThat(store.journal().recordRemoved(operation)).isTrue();
        assertThat(store.journal().close(operation, Closing.succeeded(""))).isTrue();
    }

    /** Records that the upstream stands at {@code revision}. */
    SweepOutcome sweep(Revision revision) {
        Finding found = new Finding(TrackedRef.latestTag(), revision, Optional.empty(), DriftKind.UPSTREAM_MOVED, true);
        return store.sweeps()
                .record(store.sweeps().claim("node-a", UPSTREAM, MINUTE).orElseThrow(), List.of(found), MINUTE)
                .orElseThrow();
    }
}
