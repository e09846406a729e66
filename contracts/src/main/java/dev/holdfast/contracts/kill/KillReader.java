package dev.holdfast.contracts.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/** Looks at a place without the engine: what a reader finds, and what lies around. */
final class KillReader {

    private static final String PLUGIN = KillStory.PLUGIN.value();
    private static final String MARKER = ".complete";
    private static final String RELEASES = ".releases/" + PLUGIN;
    private static final String STAGING = ".staging/" + PLUGIN;
    private static final String FLIPS = ".flip/" + PLUGIN;
    private static final String FENCES = ".fence/" + PLUGIN;

    private final KillPlace place;

    KillReader(KillPlace place) {
        this.place = place;
    }

    /**
     * Returns the version that a reader finds who resolves the live path once, whole; {@code none} if nothing is there.
     */
    String version() {
        return at(session -> {
            Optional<Entry> live = session.stat(PLUGIN);
            if (live.isEmpty()) {
                return KillState.NONE;
            }
            String release = live.get().linkTarget().orElseThrow(() -> new AssertionError("live is " + live.get()));
            return version(session, release);
        });
    }

    /** Wherever a marker is, all that it speaks of is there too. */
    void assertMarkersMeanWhole() {
        at(session -> {
            for (String directory : List.of(STAGING, RELEASES)) {
                for (String name : names(session, directory)) {
                    String folder = directory + "/" + name;
                    if (session.stat(folder + "/" + MARKER).isPresent()) {
                        version(session, folder);
                    }
                }
            }
            return true;
        });
    }

    private static String version(TargetSession session, String folder) {
        SortedMap<String, String> found;
        try (Bundle bundle = session.download(folder)) {
            found = Bundles.contents(bundle);
        } catch (PermanentException | IOException e) {
            throw new AssertionError("'" + folder + "' cannot be read: " + e.getMessage(), e);
        }
        assertThat(found).as("a marked or live folder").containsKey(MARKER);
        found.remove(MARKER);
        found.values().removeIf("directory"::equals);
        return KillVersions.all().stream()
                .filter(version -> tree(version).equals(found))
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + folder + "' is no whole version: " + found));
    }

    private static SortedMap<String, String> tree(String version) {
        try {
            return KillVersions.tree(version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Staging is empty, and no link waits to be renamed over live. */
    void assertNothingStagedNorAboutToBeLive() {
        at(session -> {
            assertThat(names(session, STAGING)).as("staging").isEmpty();
            for (String epoch : names(session, FLIPS)) {
                assertThat(names(session, FLIPS + "/" + epoch))
                        .as("flip " + epoch)
                        .doesNotContain(PLUGIN);
            }
            return true;
        });
    }

    /** What stays after a collection: good releases within the policy, and one fence. */
    void assertCollected(List<Operation> history) {
        List<String> good = history.stream()
                .filter(row -> row.outcome().equals(Optional.of(Operation.Outcome.SUCCEEDED)))
                .flatMap(row -> row.goal().stream())
                .map(goal -> goal.stamp().toString())
                .toList();
        at(session -> {
            assertThat(names(session, STAGING)).as("staging").isEmpty();
            assertThat(names(session, FLIPS)).as("flips").isEmpty();
            assertThat(names(session, FENCES))
                    .as("fences")
                    .filteredOn(name -> !name.startsWith("."))
                    .hasSizeLessThan(2);
            // The snapshot may name one more, also one that did not stay.
            Optional<String> snapshot = session.stat(".previous/" + PLUGIN)
                    .flatMap(Entry::linkTarget)
                    .map(link -> link.substring(link.lastIndexOf('/') + 1));
            assertThat(names(session, RELEASES))
                    .as("releases")
                    .allMatch(name -> good.contains(name) || snapshot.equals(Optional.of(name)))
                    .hasSizeLessThan(KillPlace.KEPT + 2);
            return true;
        });
    }

    /** Nothing of the plugin is left. */
    void assertNothingLeft() {
        at(session -> {
            assertThat(session.stat(PLUGIN)).as("live").isEmpty();
            for (String directory : List.of(".releases", ".previous", ".staging", ".flip", ".fence")) {
                assertThat(names(session, directory)).as(directory).doesNotContain(PLUGIN);
            }
            return true;
        });
    }

    /** Returns all that Holdfast keeps beside the files of releases. */
    List<String> traces() {
        return at(session -> {
            List<String> traces = new ArrayList<>();
            for (String link : List.of(PLUGIN, ".previous/" + PLUGIN)) {
                traces.add(link + " " + session.stat(link).flatMap(Entry::linkTarget));
            }
            for (String directory : List.of(RELEASES, STAGING, FLIPS, FENCES)) {
                traces.add(directory + " " + names(session, directory));
            }
            return traces;
        });
    }

    private static List<String> names(TargetSession session, String directory) {
        return session.list(directory).stream().map(Entry::name).sorted().toList();
    }

    private <T> T at(Function<TargetSession, T> question) {
        try (TargetSession session = place.target().open(place.address(), Deadline.after(Duration.ofMinutes(1)))) {
            return question.apply(session);
        }
    }
}
