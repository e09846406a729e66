package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.HoldNote;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The releases of one plugin that readers on its target hold; {@code docs/contract.md} has the protocol. */
public final class HeldReleases {

    /** The most holds that readers take of one plugin. */
    public static final int MOST = 4096;

    private static final Pattern HELD = Pattern.compile("(?m)^held (\\S+) (-?\\d{1,18})$");

    private final TargetSession session;
    private final Layout layout;
    private final ReaderHolds rules;

    HeldReleases(TargetSession session, Layout layout, ReaderHolds rules) {
        this.session = session;
        this.layout = layout;
        this.rules = rules;
    }

    /**
     * A hold that stands.
     *
     * @param stamp of the release
     * @param holder who holds it
     * @param renewed how long ago the holder said so last, by the clock of the target; below zero if that clock was put
     *     back since
     * @param note what the holder says of itself; empty if it says nothing that can be read
     */
    public record Held(Stamp stamp, String holder, Duration renewed, HoldNote note) {}

    /**
     * Returns the holds that stand, oldest release first; at most {@value FileStep.RequireUnheld#MOST} of each release.
     * Holds that have ended are removed on the way.
     *
     * @throws PermanentException if the directory of holds cannot be read, or holds a file that cannot be removed
     * @throws TransientException if the target cannot be asked now
     */
    public List<Held> list() {
        NavigableSet<Stamp> stamps = stamps();
        Map<Stamp, List<Held>> held = standing(stamps);
        if (held.isEmpty()) {
            return List.of();
        }
        Map<String, HoldNote> notes = notes();
        List<Held> all = new ArrayList<>();
        held.values().stream()
                .flatMap(List::stream)
                .map(one -> new Held(
                        one.stamp(),
                        one.holder(),
                        one.renewed(),
                        notes.getOrDefault(one.stamp() + "." + one.holder(), one.note())))
                .forEach(all::add);
        return all;
    }

    /**
     * Ends a hold, whoever it is of. Its reader finds out when it renews it, and resolves again.
     *
     * @return false if there is no such hold
     * @throws PermanentException if it cannot be removed
     */
    public boolean end(Stamp stamp, String holder) {
        String hold = layout.holds() + "/" + HoldNote.checkName("hold", stamp + "." + holder);
        if (session.stat(hold).isEmpty()) {
            return false;
        }
        FencedScript.perform(session, layout, List.of(new FileStep.RemoveTree(hold)));
        return true;
    }

    /** Returns the releases that have a hold, whether it stands or not. */
    NavigableSet<Stamp> stamps() {
        NavigableSet<Stamp> stamps = new TreeSet<>();
        for (Entry entry : session.list(layout.holds())) {
            String name = entry.name().startsWith(HoldNote.ENDED)
                    ? entry.name().substring(HoldNote.ENDED.length())
                    : entry.name();
            int dot = name.indexOf('.');
            if (dot > 0) {
                layout.stampOf(layout.releases() + "/" + name.substring(0, dot)).ifPresent(stamps::add);
            }
        }
        return stamps;
    }

    /** Returns the holds of these releases that stand, each list not empty. */
    Map<Stamp, List<Held>> standing(Collection<Stamp> stamps) {
        Map<Stamp, List<Held>> held = new LinkedHashMap<>();
        if (stamps.isEmpty()) {
            return held;
        }
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.MakeDirectory(layout.fences()));
        steps.add(new FileStep.WriteFile(layout.clock(), ""));
        stamps.forEach(stamp -> steps.add(unheld(stamp, layout.clock())));
        BatchedSteps.run(session, steps, step -> false, failure -> {
            List<Held> found = holders(failure.why());
            if (found.isEmpty()) {
                throw FencedScript.explained(layout, failure);
            }
            held.put(found.get(0).stamp(), found);
        });
        return held;
    }

    /** Returns the step that fails if a release is held. */
    FileStep.RequireUnheld unheld(Stamp stamp, String clock) {
        return new FileStep.RequireUnheld(layout.holds(), stamp.value(), rules.seconds(), clock);
    }

    /** Returns the step that fails if anything is held. */
    FileStep.RequireUnheld noneHeld(String clock) {
        return new FileStep.RequireUnheld(layout.holds(), "", rules.seconds(), clock);
    }

    /** Returns who holds what, as such a step has said; empty if it has failed for another reason. */
    List<Held> holders(ScriptResult.Failed failed) {
        return HELD.matcher(failed.message()).results().flatMap(this::held).toList();
    }

    private Stream<Held> held(MatchResult line) {
        String name = line.group(1);
        int dot = name.indexOf('.');
        if (dot < 0) {
            return Stream.empty();
        }
        Duration age = Duration.ofSeconds(Long.parseLong(line.group(2)));
        return layout.stampOf(layout.releases() + "/" + name.substring(0, dot)).stream()
                .map(stamp -> new Held(
                        stamp, name.substring(dot + 1), age, new HoldNote(Optional.empty(), Optional.empty())));
    }

    /** Reads all of them at once; what a reader writes beyond the bounds is not read. */
    private Map<String, HoldNote> notes() {
        Map<String, HoldNote> notes = new HashMap<>();
        try (Bundle holds = session.download(layout.holds());
                Bundle.Entries entries = holds.open()) {
            for (int i = 0; i < 2 * MOST; i++) {
                BundleEntry entry = entries.next();
                if (entry == null) {
                    break;
                }
                if (entry instanceof BundleEntry.File file && file.size() <= HoldNote.LARGEST) {
                    notes.put(file.path(), HoldNote.parse(entries.content().readNBytes(HoldNote.LARGEST)));
                }
            }
        } catch (IOException | dev.holdfast.spi.HoldfastException e) {
            // Holds come and go while they are read: what a holder says of itself is a courtesy.
            return notes;
        }
        return notes;
    }
}
