package dev.holdfast.examples.e2e.months;

import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginDirectory.Plugin;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was live at one place, and when: looked at after every script that ran there, so that it owes nothing to what
 * the engine records. From it follows what must still be there.
 */
final class LiveLog {

    private final Path root;
    private final PluginName plugin;
    private final Clock clock;
    private final List<Spell> spells = new ArrayList<>();
    /** The first spell since the plugin was last taken away. */
    private int first;

    private final Set<Stamp> lapsed = new HashSet<>();

    LiveLog(Path root, PluginName plugin, Clock clock) {
        this.root = root;
        this.plugin = plugin;
        this.clock = clock;
    }

    /** A time in which a release was live; it lasts as long as nothing has replaced it. */
    record Spell(Plugin plugin, Optional<Instant> replaced) {

        Release release() {
            return plugin.release();
        }
    }

    synchronized void look() {
        Optional<Plugin> now = live();
        Optional<Spell> last = last();
        if (now.map(Plugin::release).equals(last.map(Spell::release))) {
            return;
        }
        last.ifPresent(spell -> spells.set(spells.size() - 1, new Spell(spell.plugin(), Optional.of(clock.instant()))));
        now.ifPresentOrElse(found -> spells.add(new Spell(found, Optional.empty())), () -> first = spells.size());
    }

    Optional<Plugin> live() {
        try {
            return PluginDirectory.at(root).find(plugin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what is live, as it was when it was last looked at. */
    private Optional<Spell> last() {
        return spells.isEmpty()
                ? Optional.empty()
                : Optional.of(spells.get(spells.size() - 1))
                        .filter(spell -> spell.replaced().isEmpty());
    }

    /**
     * Returns what a reader may still read who has resolved the live path at any time: what is live, and the grace
     * after it.
     */
    synchronized List<Plugin> readable(Duration grace) {
        Instant gone = clock.instant().minus(grace);
        return spells.stream()
                .filter(spell ->
                        spell.replaced().filter(at -> !at.isAfter(gone)).isEmpty())
                .map(Spell::plugin)
                .toList();
    }

    /**
     * Returns the releases of the last {@code count} good revisions, the newest in use first, but for those that were
     * beyond them before: what had to give way does not come back when a newer one turns out to be bad.
     */
    synchronized List<Plugin> kept(Set<Revision> bad, int count) {
        Map<Revision, Plugin> newest = new LinkedHashMap<>();
        for (int i = spells.size() - 1; i >= first; i--) {
            Plugin found = spells.get(i).plugin();
            newest.putIfAbsent(found.release().revision(), found);
        }
        List<Plugin> kept = newest.values().stream()
                .filter(found -> !bad.contains(found.release().revision()))
                .limit(count)
                .toList();
        newest.values().stream()
                .filter(found -> !kept.contains(found))
                .map(found -> found.release().stamp())
                .forEach(lapsed::add);
        return kept.stream()
                .filter(found -> !lapsed.contains(found.release().stamp()))
                .toList();
    }

    /**
     * Returns the release that a rollback must lead to: of those that are due to be kept, the newest from before this
     * one.
     */
    synchronized Optional<Plugin> wayBack(Set<Revision> bad, int count) {
        return last().flatMap(now -> kept(bad, count).stream()
                .filter(found ->
                        !found.release().revision().equals(now.release().revision()))
                .filter(found ->
                        since(found.release().stamp()) < since(now.release().stamp()))
                .max((one, other) -> Integer.compare(
                        since(one.release().stamp()), since(other.release().stamp()))));
    }

    private int since(Stamp stamp) {
        for (int i = first; i < spells.size(); i++) {
            if (spells.get(i).release().stamp().equals(stamp)) {
                return i;
            }
        }
        return spells.size();
    }
}
