package dev.holdfast.examples.e2e.months;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.release.Placement;
import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginDirectory.Plugin;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Revision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/** What must hold whatever a year brings. */
final class Checks {

    private final Fleet fleet;

    Checks(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Whoever has resolved a live path may read until the grace is over. */
    void readersAreServed() {
        for (InstallKey key : fleet.keys()) {
            for (Plugin plugin : fleet.places().log(key).readable(fleet.grace())) {
                assertThat(plugin.path().resolve(".complete"))
                        .as("%s: what a reader may still read", key)
                        .exists();
            }
            fleet.places().log(key).kept(fleet.bad(key), Fleet.KEEP);
        }
    }

    private void readersReadWhatWasDelivered(InstallKey key) {
        for (Plugin plugin : fleet.places().log(key).readable(fleet.grace())) {
            assertThat(isIntact(key, plugin))
                    .as("%s: %s is as it was delivered", key, plugin.path())
                    .isTrue();
        }
    }

    private boolean isIntact(InstallKey key, Plugin plugin) {
        try {
            return Files.exists(plugin.path())
                    && PluginDirectory.at(fleet.places().directory(key.workspace()))
                            .isIntact(plugin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** At the end of a day, when the loops have run. */
    void allIsAsRecorded() {
        fleet.keys().forEach(this::isAsRecorded);
    }

    private void isAsRecorded(InstallKey key) {
        readersReadWhatWasDelivered(key);
        Optional<Operation> open = fleet.open(key);
        if (open.isPresent()) {
            boolean held = open.get().claim().until().isAfter(fleet.clock().instant());
            assertThat(held || fleet.places().isAway(key.workspace()))
                    .as("its lease runs, or its place is away: %s", open.get())
                    .isTrue();
            return;
        }
        Optional<Install> install = fleet.onlooker().find(key);
        if (install.isEmpty()) {
            assertThat(fleet.places().log(key).live()).as("live of %s", key).isEmpty();
            return;
        }
        assertThat(fleet.onlooker().placement(key))
                .as("what is live of %s", key)
                .isInstanceOfSatisfying(
                        Placement.Live.class,
                        live -> assertThat(live.release())
                                .isEqualTo(install.get().release()));
        assertThat(fleet.onlooker().verify(key)).as("what is live of %s", key).isInstanceOf(Verification.Intact.class);
        wayBackIsKept(key);
    }

    private void wayBackIsKept(InstallKey key) {
        Set<Revision> bad = fleet.bad(key);
        LiveLog log = fleet.places().log(key);
        for (Plugin plugin : log.kept(bad, Fleet.KEEP)) {
            assertThat(isIntact(key, plugin))
                    .as(
                            "%s: one of the last %d good releases is there: %s; %s",
                            key, Fleet.KEEP, plugin.path(), fleet.deliveries(key))
                    .isTrue();
        }
        log.wayBack(bad, Fleet.KEEP)
                .ifPresent(due -> assertThat(fleet.foresight().rollback(key))
                        .as("where a rollback of %s leads; %s", key, fleet.deliveries(key))
                        .isEqualTo(due.release().stamp().value()));
    }

    /** When all is back: whatever can be rolled back is, and works. */
    void everyRollbackWorks() {
        for (InstallKey key : fleet.keys()) {
            Optional<Plugin> due = fleet.places().log(key).wayBack(fleet.bad(key), Fleet.KEEP);
            due.ifPresent(back -> {
                fleet.nodes().get(0).run(node -> node.rollback(key, "bob"));
                fleet.tally().count("rollbacks at the end", 1);
                assertThat(fleet.onlooker().placement(key))
                        .as("live of %s after a rollback", key)
                        .isInstanceOfSatisfying(
                                Placement.Live.class,
                                live -> assertThat(live.release()).isEqualTo(back.release()));
            });
        }
    }
}
