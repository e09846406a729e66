package dev.holdfast;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The releases of an install that are on its target besides the live one, as the journal knows them. */
final class Releases {

    private static final int REMEMBERED = 200;
    private static final Set<Kind> DELIVERIES = Set.of(Kind.INSTALL, Kind.UPGRADE, Kind.REPAIR);

    private final Engine engine;
    private final Verifier verifier;

    Releases(Engine engine) {
        this.engine = engine;
        this.verifier = new Verifier(engine.installer());
    }

    /** Returns the release that an operation took the place of; empty if none, or if it is not on the target any more. */
    Optional<Goal> before(TargetSession session, Operation operation) {
        return delivered(operation.key()).stream()
                .filter(row -> row.id() < operation.id())
                .map(row -> row.goal().orElseThrow())
                .filter(goal -> operation.from().equals(Optional.of(goal.revision())))
                .filter(goal -> retained(session, operation.key(), goal.stamp()).isPresent())
                .findFirst();
    }

    /**
     * Returns what was live before the installed release: the newest delivery that succeeded before it, is not remembered
     * as bad, and is still on the target. The journal says so, not the snapshot link, which a crash may have left behind.
     */
    Goal previousGood(TargetSession session, Install install) {
        List<Operation> delivered = delivered(install.key());
        Set<Revision> bad = engine.store().updates().bad(install.key());
        long since = since(install.release().stamp(), delivered);
        return delivered.stream()
                .filter(row -> row.epoch() < since)
                .map(row -> row.goal().orElseThrow())
                .filter(goal ->
                        !bad.contains(goal.revision()) && !goal.revision().equals(install.revision()))
                .filter(goal -> retained(session, install.key(), goal.stamp()).isPresent())
                .findFirst()
                .map(goal ->
                        new Goal(originAfterRollback(install, goal), goal.stamp(), goal.revision(), goal.version()))
                .orElseThrow(() -> new PermanentException(
                        Reason.NOTHING_TO_ROLL_BACK,
                        "'" + install.key()
                                + "' has no earlier good release on its target; install the wanted version instead"));
    }

    /**
     * Returns a release whose every file is as it was delivered and which holds what is recorded, the recorded release
     * itself first: it may be whole although the live path does not name it.
     */
    Optional<Release> intactCopy(TargetSession session, Install install) {
        Stream<Stamp> others = delivered(install.key()).stream()
                .map(row -> row.goal().orElseThrow())
                .filter(goal -> goal.revision().equals(install.revision()))
                .map(Goal::stamp);
        return Stream.concat(Stream.of(install.release().stamp()), others)
                .distinct()
                .flatMap(stamp -> retained(session, install.key(), stamp).stream())
                .filter(release -> release.revision().equals(install.revision())
                        && release.digest().equals(install.release().digest()))
                .filter(release -> verifier.isAsDelivered(session, install.plugin(), release.stamp()))
                .findFirst();
    }

    /** Returns the release of a stamp, if it is on the target with a marker that can be read. */
    Optional<Release> retained(TargetSession session, InstallKey key, Stamp stamp) {
        return engine.installer().release(session, key.plugin(), stamp) instanceof Placement.Live found
                ? Optional.of(found.release())
                : Optional.empty();
    }

    /** Newest first. */
    private List<Operation> delivered(InstallKey key) {
        return engine.store().journal().history(key, REMEMBERED).stream()
                .filter(row -> DELIVERIES.contains(row.kind()))
                .filter(row -> row.outcome().equals(Optional.of(Outcome.SUCCEEDED)))
                .sorted(Comparator.comparingLong(Operation::epoch).reversed())
                .toList();
    }

    /**
     * Returns the epoch from which a release counts as live: when it was delivered, however often it was returned to. One
     * that a repair put in the place of its damaged equal stands where that stood, so it counts from the repair.
     */
    private static long since(Stamp stamp, List<Operation> delivered) {
        List<Operation> rows = delivered.stream()
                .filter(row -> row.goal().orElseThrow().stamp().equals(stamp))
                .toList();
        return rows.stream()
                .filter(row -> row.kind() == Kind.REPAIR)
                .findFirst()
                .or(() -> rows.stream().min(Comparator.comparingLong(Operation::epoch)))
                .map(Operation::epoch)
                .orElse(Long.MAX_VALUE);
    }

    /** What an install follows stays as it is now, unless the earlier release came from another upstream. */
    private static Origin originAfterRollback(Install install, Goal goal) {
        return goal.origin().upstream().equals(install.origin().upstream()) ? install.origin() : goal.origin();
    }
}
