package dev.holdfast.inspection;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.Contained;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.InspectionStore.InspectionClaim;
import dev.holdfast.spi.store.Page;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compares what is recorded with what stands on the targets: the live path of each install within a day, every file
 * within a week, or as {@link InspectionSchedule} says. What differs is told, kept and listed here; an install whose
 * policy says {@code repair} is repaired. Safe for use by several threads and nodes: each install is looked at by one.
 */
public final class Inspections {

    private static final int BATCH = 16;
    private static final int AT_ONE_TIME = 8;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration FIRST_REPAIR = Duration.ofMinutes(10);

    private final InspectionStore store;
    private final Inspector inspector;
    private final Consumer<HoldfastEvent> events;
    private final Rules rules;

    /** Creates them, for {@code Holdfast.build()}; a host calls {@code holdfast.inspections()}. */
    public Inspections(InspectionStore store, Inspector inspector, Consumer<HoldfastEvent> events, Rules rules) {
        this.store = store;
        this.inspector = inspector;
        this.events = events;
        this.rules = rules;
    }

    /**
     * What a pass goes by.
     *
     * @param node who looks
     * @param clock that maintenance windows are read by
     * @param schedule how often
     * @param look the longest that one look takes
     * @param pass the longest that one pass goes on with further batches
     */
    public record Rules(String node, Clock clock, InspectionSchedule schedule, Duration look, Duration pass) {

        /** A batch ends under its lease, even if each look of it takes its time. */
        Duration lease() {
            return look.multipliedBy(BATCH / AT_ONE_TIME + 1L);
        }
    }

    /**
     * Looks at the installs that are due, eight at a time. One that cannot be looked at waits, a minute at first, and
     * is known as what it was; one that an operation is changing is looked at again a minute later.
     *
     * @return what was found; a look that fails is in it and does not end the pass
     */
    public InspectionReport inspect() {
        Deadline deadline = Deadline.after(rules.pass());
        InspectionCount count = new InspectionCount();
        List<InspectionClaim> due;
        do {
            due = store.claimDue(rules.node(), BATCH, rules.lease());
            inspector.together(due, AT_ONE_TIME, claim -> contained(claim, count));
        } while (due.size() == BATCH && !deadline.hasPassed());
        InspectionReport report = count.report();
        if (report.looked() > 0 || !report.failures().isEmpty()) {
            events.accept(new HoldfastEvent.Inspected(report));
        }
        return report;
    }

    /** Returns what was last seen of an install; empty if it is not installed. */
    public Optional<Observation> find(InstallKey key) {
        return store.find(key);
    }

    /** Lists what differs from its record, by what was last seen, ordered by workspace, then plugin. */
    public Page<Observation> differing(Page.Request page) {
        return store.differing(page);
    }

    /** Streams it, page by page; see {@link Page#stream}. */
    public Stream<Observation> differing() {
        return Page.stream(this::differing);
    }

    /**
     * Makes the installs of one place due now: a container that was made anew, a host that was restored from a backup.
     *
     * @param authority what their addresses name it by, such as {@code ws-42} of {@code docker://ws-42/configs/plugins}
     * @return how many
     */
    public int hasten(String authority) {
        return store.hasten(authority);
    }

    private void contained(InspectionClaim claim, InspectionCount count) {
        InstallKey key = claim.install().key();
        try {
            Contained.run("inspecting " + key, () -> look(claim, count));
        } catch (HoldfastException e) {
            count.failed(key, e);
            Duration retry = Backoff.after(
                    claim.seen().failures(), FIRST_RETRY, rules.schedule().placement());
            Contained.run(
                    "postponing the inspection of " + key,
                    () -> store.postpone(claim, String.valueOf(e.getMessage()), retry));
        }
    }

    private void look(InspectionClaim claim, InspectionCount count) {
        Install install = claim.install();
        Sight sight = isContentDue(claim)
                ? Sight.of(inspector.verify(install))
                : Sight.of(inspector.placement(install), install);
        if (sight.condition().differs() && inspector.isUnderWay(install)) {
            store.postpone(claim, "an operation is changing it", FIRST_RETRY);
            return;
        }
        boolean repairs = isRepaired(claim, sight);
        Duration next = repairs ? untilNextRepair(claim, sight) : spread(install.key());
        if (!store.note(claim, sight.condition(), sight.detail(), sight.verified(), next)) {
            return;
        }
        count.looked(sight.verified());
        told(claim, sight, count);
        if (repairs) {
            inspector.repair(install);
            count.repaired(install.key());
        }
    }

    /** A file that differed once is looked for until it is as it was, which the live path does not tell. */
    private boolean isContentDue(InspectionClaim claim) {
        Observation seen = claim.seen();
        Instant due = seen.verifiedAt().plus(rules.schedule().content());
        return seen.condition() == Condition.TAMPERED || !due.isAfter(claim.at());
    }

    private void told(InspectionClaim claim, Sight sight, InspectionCount count) {
        boolean changed = claim.seen().condition() != sight.condition();
        if (!changed && !sight.condition().differs()) {
            return;
        }
        Optional<Observation> now = store.find(claim.install().key());
        now.filter(observation -> observation.condition().differs()).ifPresent(count::differs);
        if (changed) {
            now.ifPresent(observation -> events.accept(
                    sight.condition().differs()
                            ? new HoldfastEvent.TargetDiffers(observation)
                            : new HoldfastEvent.TargetMatches(observation)));
        }
    }

    /** What is foreign is somebody's: a person decides. */
    private boolean isRepaired(InspectionClaim claim, Sight sight) {
        if (!claim.install().policy().repairs()) {
            return false;
        }
        Instant now = rules.clock().instant();
        return switch (sight.condition()) {
            case INTACT, FOREIGN -> false;
            case MISSING -> true;
            case TAMPERED, UNMARKED -> claim.install().policy().nextOpening(now).equals(Optional.of(now));
        };
    }

    /** A repair that fails waits as long as the trouble has lasted. */
    private Duration untilNextRepair(InspectionClaim claim, Sight sight) {
        boolean known = claim.seen().condition() == sight.condition();
        Duration age = known ? Duration.between(claim.seen().since(), claim.at()) : Duration.ZERO;
        Duration longest = rules.schedule().placement();
        Duration next = age.compareTo(FIRST_REPAIR) < 0 ? FIRST_REPAIR : age;
        return next.compareTo(longest) < 0 ? next : longest;
    }

    /** Installs of one minute come apart in time, each at a pace of its own from three quarters of the longest. */
    private Duration spread(InstallKey key) {
        long longest = rules.schedule().placement().toMillis();
        double share = 0.75 + 0.25 * Math.floorMod(key.hashCode(), 1000) / 1000;
        return Duration.ofMillis(Math.max(1, (long) (longest * share)));
    }
}
