package dev.holdfast.contracts.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.SweepReport;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What must hold after every step of a history, and at its end. */
final class HistoryChecks {

    private static final Set<UpdateStatus> ENDS =
            EnumSet.of(UpdateStatus.APPLIED, UpdateStatus.DISMISSED, UpdateStatus.SUPERSEDED, UpdateStatus.RESOLVED);
    private static final int SWEEPS_AT_THE_END = 20;

    private final HistoryWorld world;
    private final Holdfast observer;
    private Map<Long, Update> before = new TreeMap<>();
    private Map<InstallKey, Set<Revision>> badBefore = new HashMap<>();

    HistoryChecks(HistoryWorld world) {
        this.world = world;
        this.observer = world.observer();
    }

    void afterStep(HistoryStep step) {
        Map<Long, Update> now = new TreeMap<>();
        world.updates().forEach(update -> now.put(update.id(), update));
        try {
            now.values().forEach(update -> check(update, now));
            HistoryWorld.WORKSPACES.forEach(this::check);
        } catch (AssertionError e) {
            throw new AssertionError("after " + step + ": " + e.getMessage(), e);
        }
        before = now;
        badBefore = new HashMap<>();
        HistoryWorld.WORKSPACES.stream()
                .map(HistoryWorld::key)
                .forEach(key -> badBefore.put(key, world.store().updates().bad(key)));
    }

    private void check(Update update, Map<Long, Update> now) {
        assertThat(now.values())
                .as("open updates of " + update.subject())
                .filteredOn(other -> other.subject().equals(update.subject())
                        && other.status().isOpen())
                .hasSizeLessThan(2);
        if (update.status() == UpdateStatus.APPLIED) {
            assertThat(world.isApproved(update)).as(update + " was approved").isTrue();
        }
        Optional<Update> was = Optional.ofNullable(before.get(update.id()));
        was.ifPresentOrElse(old -> checkChange(old, update), () -> checkNew(update, now));
    }

    /** An end is an end, and only a person opens again what failed. */
    private void checkChange(Update old, Update update) {
        if (ENDS.contains(old.status())) {
            assertThat(update.status()).as("what became of " + old).isEqualTo(old.status());
        }
        if (old.status() == UpdateStatus.FAILED && update.status() != UpdateStatus.FAILED) {
            assertThat(world.wasRetried(update)).as(update + " was retried").isTrue();
        }
        assertThat(update.to()).isEqualTo(old.to());
    }

    private void checkNew(Update update, Map<Long, Update> now) {
        assertThat(now.values())
                .as("dismissed before " + update)
                .filteredOn(other -> other.id() < update.id() && other.subject().equals(update.subject()))
                .filteredOn(other -> other.status() == UpdateStatus.DISMISSED)
                .extracting(Update::to)
                .doesNotContain(update.to());
        InstallKey key = ((PluginSubject) update.subject()).key();
        assertThat(badBefore.getOrDefault(key, Set.of()))
                .as("bad before " + update)
                .doesNotContain(update.to());
        assertThat(update.from()).as(update.toString()).isNotEqualTo(update.to());
    }

    private void check(WorkspaceId workspace) {
        InstallKey key = HistoryWorld.key(workspace);
        Optional<Install> install = world.store().installs().find(key);
        List<Operation> open = open(key);
        assertThat(open).as("open operations of " + key).hasSizeLessThan(2);
        checkApplying(key, open);
        if (!open.isEmpty()) {
            return;
        }
        if (install.isEmpty()) {
            assertThat(Files.exists(world.live(workspace), LinkOption.NOFOLLOW_LINKS))
                    .as(key + " is live and not recorded")
                    .isFalse();
            return;
        }
        assertThat(observer.placement(new InstallKey(workspace, HistoryWorld.PLUGIN)))
                .as("what is live of " + key)
                .isInstanceOfSatisfying(
                        Placement.Live.class,
                        live -> assertThat(live.release())
                                .isEqualTo(install.get().release()));
        assertThat(world.isWanted(key, install.get().revision()))
                .as(install.get().revision() + " was asked for in " + key)
                .isTrue();
    }

    /** An update is being applied exactly while an operation for it is open. */
    private void checkApplying(InstallKey key, List<Operation> open) {
        List<Long> applying = world.updates().stream()
                .filter(update -> update.subject().equals(new PluginSubject(key)))
                .filter(update -> update.status() == UpdateStatus.APPLYING)
                .map(Update::id)
                .toList();
        assertThat(open.stream()
                        .map(Operation::update)
                        .filter(OptionalLong::isPresent)
                        .map(OptionalLong::getAsLong))
                .as("open operations for updates of " + key)
                .containsExactlyElementsOf(applying);
    }

    private List<Operation> open(InstallKey key) {
        return world.store().history().list(key, Page.Request.first(500)).items().stream()
                .filter(operation -> operation.outcome().isEmpty())
                .toList();
    }

    /**
     * All comes to rest: nothing is left open, what drifted is queued unless somebody declined it, and applying it ends
     * it.
     */
    void atTheEnd() {
        world.clock().advance(Duration.ofHours(1));
        assertThat(observer.recover().items())
                .as("what was left over")
                .allSatisfy(item -> assertThat(item.outcome()).isPresent());
        assertThat(observer.recover().items()).as("a second recovery").isEmpty();
        sweepUntilAllIsAnswered();
        afterStep(new HistoryStep(HistoryAction.SWEEP, 0));
        HistoryWorld.WORKSPACES.forEach(this::checkQueued);
        for (Update update : observer.updates().pending().toList()) {
            world.approve(update);
            ApplyResult result = observer.updates().apply(update.id(), update.to(), "tester");
            assertThat(result)
                    .as(update.toString())
                    .isInstanceOfAny(ApplyResult.Applied.class, ApplyResult.Failed.class);
        }
        afterStep(new HistoryStep(HistoryAction.APPLY, 0));
        assertThat(sweepUntilAllIsAnswered())
                .as("queued by a sweep after all was applied")
                .isZero();
    }

    /** Returns how many updates the last sweep queued. */
    private int sweepUntilAllIsAnswered() {
        for (int i = 0; i < SWEEPS_AT_THE_END; i++) {
            world.clock().advance(Duration.ofMinutes(61));
            SweepReport report = observer.sweeper().sweep();
            if (report.failed() == 0) {
                return report.queued();
            }
        }
        throw new AssertionError("the sweeps do not stop failing");
    }

    private void checkQueued(WorkspaceId workspace) {
        InstallKey key = HistoryWorld.key(workspace);
        Optional<Install> install = world.store().installs().find(key);
        Optional<Revision> pending = world.updates().stream()
                .filter(update -> update.subject().equals(new PluginSubject(key)))
                .filter(update -> update.status() == UpdateStatus.PENDING)
                .map(Update::to)
                .findFirst();
        Optional<Revision> standing = install.map(
                        found -> world.standing(found.origin().track()))
                .filter(revision -> !revision.equals(install.get().revision()))
                .filter(revision -> !isDeclined(key, revision));
        assertThat(pending).as("what is pending for " + key).isEqualTo(standing);
    }

    private boolean isDeclined(InstallKey key, Revision revision) {
        return world.store().updates().bad(key).contains(revision)
                || world.updates().stream()
                        .anyMatch(update -> update.subject().equals(new PluginSubject(key))
                                && update.status() == UpdateStatus.DISMISSED
                                && update.to().equals(revision));
    }
}
