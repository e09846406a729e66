package dev.holdfast.fleet;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What may not be installed where. A quarantine is looked at before the network, when an operation opens, and once more
 * before the live path changes; what an operator or a policy tries nevertheless is refused with its reason. Safe for
 * use by several threads and nodes.
 */
public final class Quarantines {

    private final QuarantineStore store;
    private final FleetStore fleet;
    private final Consumer<HoldfastEvent> events;

    /** Creates them, for {@code Holdfast.build()}; a host calls {@code holdfast.quarantines()}. */
    public Quarantines(FleetStore fleet, Consumer<HoldfastEvent> events) {
        this.store = fleet.quarantines();
        this.fleet = fleet;
        this.events = events;
    }

    /**
     * Declares one. What is under way and has not changed its live path yet is undone; what runs already stays, see
     * {@link #affected(Quarantine)}.
     *
     * @throws dev.holdfast.spi.PermanentException with {@link dev.holdfast.spi.Reason#CONFLICT} if
     *     {@link QuarantineStore#MOST} are in force
     */
    public Quarantine declare(Quarantine.Declaration declaration) {
        Quarantine declared = store.declare(declaration);
        events.accept(new HoldfastEvent.Quarantined(declared));
        return declared;
    }

    /**
     * Ends one now; on one that has ended nothing changes.
     *
     * @param note why, for the audit
     * @return as it stands now; empty if there is none of that id
     */
    public Optional<Quarantine> lift(long id, String actor, String note) {
        boolean inForce = active().stream().anyMatch(quarantine -> quarantine.id() == id);
        Optional<Quarantine> lifted = store.lift(id, actor, note);
        lifted.filter(quarantine -> inForce)
                .ifPresent(quarantine -> events.accept(new HoldfastEvent.QuarantineLifted(quarantine)));
        return lifted;
    }

    /** Lists those in force, oldest first. */
    public List<Quarantine> active() {
        return store.active();
    }

    /** Lists all, newest first, those that ended included. */
    public Page<Quarantine> list(Page.Request page) {
        return store.list(page);
    }

    /** Lists the installs that have, by the record, what a quarantine forbids there. Roll them back, or leave them. */
    public Page<Install> affected(Quarantine quarantine, Page.Request page) {
        return store.affected(quarantine, page);
    }

    /** Streams them, page by page; see {@link Page#stream}. */
    public Stream<Install> affected(Quarantine quarantine) {
        return Page.stream(page -> affected(quarantine, page));
    }

    /** Returns what is in force now, for whoever asks about many installs at one time. */
    public InForce inForce() {
        return new InForce(active(), fleet.labels());
    }

    /**
     * Refuses what is forbidden for an install, which need not exist.
     *
     * @param labels that it is to have; they count before those that are kept for it
     * @throws dev.holdfast.spi.PermanentException with {@link dev.holdfast.spi.Reason#QUARANTINED}
     */
    public void check(InstallKey key, Source source, Revision revision, Labels labels) {
        refuse(inForce().first(key, labels, content -> content.means(source, revision)), key);
    }

    /** As {@link #check}, where the revision is not known yet: refuses where all of the source is forbidden. */
    public void checkSource(InstallKey key, Source source, Labels labels) {
        refuse(inForce().first(key, labels, content -> content.equals(Content.source(source))), key);
    }

    private static void refuse(Optional<Quarantine> forbidding, InstallKey key) {
        forbidding.ifPresent(quarantine -> {
            throw quarantine.refusal(key);
        });
    }

    /**
     * The quarantines that were in force at one time.
     *
     * @param quarantines oldest first
     * @param labels of workspaces and installs, asked where a scope needs them
     */
    public record InForce(List<Quarantine> quarantines, LabelStore labels) {

        /** Copies the list. */
        public InForce {
            quarantines = List.copyOf(quarantines);
        }

        /** Returns the first one that forbids a revision for an install, which need not exist; empty if none does. */
        public Optional<Quarantine> forbidding(InstallKey key, Source source, Revision revision) {
            return first(key, Labels.none(), content -> content.means(source, revision));
        }

        private Optional<Quarantine> first(InstallKey key, Labels more, Predicate<Content> meant) {
            return quarantines.stream()
                    .filter(quarantine -> meant.test(quarantine.content()))
                    .filter(quarantine -> quarantine.scope().covers(key, Labels.over(labels.of(key), more)))
                    .findFirst();
        }
    }
}
