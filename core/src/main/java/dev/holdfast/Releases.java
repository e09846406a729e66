package dev.holdfast;

import dev.holdfast.fleet.Quarantines.InForce;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Destination;
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
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.fleet.Labels;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The releases of an install that are on its target besides the live one, as the journal knows them. */
final class Releases {

    private static final Set<Kind> DELIVERIES = Set.of(Kind.INSTALL, Kind.UPGRADE, Kind.REPAIR);

    private static final int SHOWN = 10;

    private final Engine engine;

    Releases(Engine engine) {
        this.engine = engine;
    }

    /**
     * Returns the release that an operation took the place of; empty if none, or if it is not on the target any more.
     */
    Optional<Goal> before(TargetSession session, Operation operation) {
        Set<Stamp> there = engine.installer().stamps(session, operation.key().plugin());
        return delivered(operation.key(), operation.destination(), operation.id())
                .map(row -> row.goal().orElseThrow())
                .filter(goal -> operation.from().equals(Optional.of(goal.revision())))
                .filter(goal -> there.contains(goal.stamp()))
                .filter(goal -> retained(session, operation.key(), goal.stamp()).isPresent())
                .findFirst();
    }

    /**
     * Returns what was live before the installed release: the newest delivery that succeeded before it, is not
     * remembered as bad, and is still on the target. The journal says so, not the snapshot link, which a crash may have
     * left behind.
     */
    Goal previousGood(TargetSession session, Install install) {
        Set<Revision> bad = engine.store().updates().bad(install.key());
        Set<Stamp> there = engine.installer().stamps(session, install.plugin());
        InForce inForce = engine.quarantines().inForce();
        return delivered(install.key(), install.destination(), since(install))
                .map(row -> row.goal().orElseThrow())
                .filter(goal ->
                        !bad.contains(goal.revision()) && !goal.revision().equals(install.revision()))
                .filter(goal -> there.contains(goal.stamp()))
                .filter(goal -> inForce.forbidding(install.key(), goal.origin().source(), goal.revision())
                        .isEmpty())
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
        Set<Stamp> there = engine.installer().stamps(session, install.plugin());
        Stream<Stamp> others = delivered(install.key(), install.destination(), Long.MAX_VALUE)
                .map(row -> row.goal().orElseThrow())
                .filter(goal -> goal.revision().equals(install.revision()))
                .map(Goal::stamp)
                .filter(there::contains);
        return Stream.concat(Stream.of(install.release().stamp()), others)
                .distinct()
                .flatMap(stamp -> retained(session, install.key(), stamp).stream())
                .filter(release -> release.revision().equals(install.revision())
                        && release.digest().equals(install.release().digest()))
                .filter(release -> engine.installer().isAsDelivered(session, install.plugin(), release.stamp()))
                .findFirst();
    }

    /** Lists the complete releases on the target, newest first. */
    List<RetainedRelease> all(TargetSession session, Install install) {
        Set<Revision> bad = engine.store().updates().bad(install.key());
        Optional<Stamp> live = engine.installer().liveStamp(session, install.plugin());
        return engine.installer().stamps(session, install.plugin()).stream()
                .sorted(Comparator.comparing(Stamp::value).reversed())
                .flatMap(stamp -> retained(session, install.key(), stamp).stream())
                .map(release -> new RetainedRelease(
                        release,
                        deliveredAt(install.key(), release.stamp()),
                        live.equals(Optional.of(release.stamp())),
                        bad.contains(release.revision())))
                .toList();
    }

    private Instant deliveredAt(InstallKey key, Stamp stamp) {
        return engine.store()
                .history()
                .delivery(key, stamp)
                .map(Operation::openedAt)
                .orElseGet(stamp::time);
    }

    /** Returns what a rollback to a chosen release makes live, or refuses. */
    Goal chosen(TargetSession session, Install install, Stamp stamp) {
        Release release = retained(session, install.key(), stamp)
                .orElseThrow(() -> new PermanentException(
                        Reason.NOTHING_TO_ROLL_BACK,
                        "release " + stamp + " of '" + install.key()
                                + "' is not on its target any more; choose one that releases() lists"));
        if (release.revision().equals(install.revision())) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    "release " + stamp + " of '" + install.key()
                            + "' holds the revision that is installed; repair makes that whole again");
        }
        Goal goal = engine.store()
                .history()
                .delivery(install.key(), stamp)
                .flatMap(Operation::goal)
                .orElseGet(() -> new Goal(install.origin(), stamp, release.revision(), release.version()));
        engine.quarantines().check(install.key(), goal.origin().source(), goal.revision(), Labels.none());
        return new Goal(originAfterRollback(install, goal), stamp, release.revision(), release.version());
    }

    /**
     * Refuses a release that shares files with others and of which some were changed on the target.
     *
     * @throws PermanentException with {@link Reason#CONFLICT} that names them
     */
    void requireUnchanged(TargetSession session, InstallKey key, Stamp stamp) {
        damage(session, key, stamp).ifPresent(damage -> {
            throw new PermanentException(
                    Reason.CONFLICT, damage + "; install the wanted version, which is then delivered as a whole");
        });
    }

    /** Returns what a listing shows to be wrong with a release that shares files with others, for people. */
    Optional<String> damage(TargetSession session, InstallKey key, Stamp stamp) {
        List<String> changed = engine.installer().changedFiles(session, key.plugin(), stamp);
        return changed.isEmpty()
                ? Optional.empty()
                : Optional.of("release " + stamp + " of '" + key + "' is not made live: " + changed.size()
                        + " of its files were changed on the target after their delivery ("
                        + String.join(", ", changed.subList(0, Math.min(SHOWN, changed.size())))
                        + (changed.size() > SHOWN ? ", ..." : "") + ")");
    }

    /** Returns the release of a stamp, if it is on the target with a marker that can be read. */
    Optional<Release> retained(TargetSession session, InstallKey key, Stamp stamp) {
        return engine.installer().release(session, key.plugin(), stamp) instanceof Placement.Live found
                ? Optional.of(found.release())
                : Optional.empty();
    }

    /**
     * The deliveries that succeeded before the operation of that id, newest first, as far back as the plugin was
     * installed without a break: what was there before belonged to an install that was ended, perhaps another tenant's.
     */
    private Stream<Operation> delivered(InstallKey key, Destination destination, long before) {
        boolean[] began = new boolean[1];
        return new Changes(engine.store().history(), destination)
                .before(before == Long.MAX_VALUE ? before : before + 1)
                .filter(row -> row.key().equals(key))
                .filter(row -> DELIVERIES.contains(row.kind()))
                .filter(row -> row.outcome().equals(Optional.of(Outcome.SUCCEEDED)))
                .takeWhile(row -> {
                    boolean later = !began[0];
                    began[0] |= row.kind() == Kind.INSTALL && row.from().isEmpty();
                    return later;
                })
                .filter(row -> row.id() < before);
    }

    /**
     * Returns the operation from which the installed release counts as live: when it was delivered, however often it
     * was returned to. One that a repair put in the place of its damaged equal stands where that stood, so it counts
     * from the repair.
     */
    private long since(Install install) {
        Stamp stamp = install.release().stamp();
        long delivery = engine.store()
                .history()
                .delivery(install.key(), stamp)
                .map(Operation::id)
                .orElse(Long.MAX_VALUE);
        return delivered(install.key(), install.destination(), Long.MAX_VALUE)
                .takeWhile(row -> row.id() > delivery)
                .filter(row -> row.kind() == Kind.REPAIR)
                .filter(row -> row.goal().orElseThrow().stamp().equals(stamp))
                .findFirst()
                .map(Operation::id)
                .orElse(delivery);
    }

    /** What an install follows stays as it is now, unless the earlier release came from another upstream. */
    private static Origin originAfterRollback(Install install, Goal goal) {
        return goal.origin().upstream().equals(install.origin().upstream()) ? install.origin() : goal.origin();
    }
}
