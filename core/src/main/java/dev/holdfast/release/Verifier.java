package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a live release back from its target and compares it with its marker, file by file. */
final class Verifier {

    private final IgnoredFiles ignored;

    Verifier(IgnoredFiles ignored) {
        this.ignored = ignored;
    }

    Verification verify(TargetSession session, Install install) {
        return Verification.differing(Placements.live(session, install.plugin()), install)
                .orElseGet(() ->
                        compared(session, install.plugin(), install.release().stamp()));
    }

    /**
     * Compares a release, live or not, with its marker: {@link Verification.Intact} or {@link Verification.Tampered}.
     */
    Verification compared(TargetSession session, PluginName plugin, Stamp stamp) {
        SortedMap<String, Item> found = read(session, new Layout(plugin).release(stamp));
        SortedMap<String, Item> delivered = delivered(session, plugin, stamp);
        List<String> changed = new ArrayList<>();
        List<String> added = new ArrayList<>();
        List<String> spared = new ArrayList<>();
        found.forEach((path, item) -> {
            if (!delivered.containsKey(path)) {
                // What was delivered is compared whatever it is called: no pattern hides a change of it.
                (ignored.covers(path) ? spared : added).add(path);
            } else if (!item.equals(delivered.get(path))) {
                changed.add(path);
            }
        });
        List<String> removed = delivered.keySet().stream()
                .filter(path -> !found.containsKey(path))
                .toList();
        return changed.isEmpty() && added.isEmpty() && removed.isEmpty()
                ? new Verification.Intact(spared.size())
                : new Verification.Tampered(changed, added, removed, spared.size());
    }

    /** Returns the paths of a release that are not as they were delivered, or are gone; all of it is read. */
    Set<String> differing(TargetSession session, PluginName plugin, Stamp stamp) {
        if (!(compared(session, plugin, stamp) instanceof Verification.Tampered tampered)) {
            return Set.of();
        }
        Set<String> paths = new HashSet<>(tampered.changed());
        paths.addAll(tampered.removed());
        return paths;
    }

    private static SortedMap<String, Item> delivered(TargetSession session, PluginName plugin, Stamp stamp) {
        return Placements.marker(session, plugin, stamp)
                .map(marker -> marker.tree().items())
                .orElseThrow(() -> new TransientException(
                        Reason.CONFLICT,
                        "release " + stamp + " of '" + plugin + "' changed while it was being verified; try again"));
    }

    private static SortedMap<String, Item> read(TargetSession session, String release) {
        SortedMap<String, Item> items = new TreeMap<>();
        try (Bundle bundle = session.download(release);
                Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                if (!entry.path().equals(Layout.MARKER)) {
                    items.put(entry.path(), item(entry, entries));
                }
            }
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "reading " + release + " back from its target ended early; try again", e);
        }
        return items;
    }

    private static Item item(BundleEntry entry, Bundle.Entries entries) throws IOException {
        if (entry instanceof BundleEntry.File file) {
            return new Item(
                    file.executable() ? TreeManifest.Type.EXECUTABLE : TreeManifest.Type.FILE,
                    TreeManifest.hash(entries.content()));
        }
        if (entry instanceof BundleEntry.Link link) {
            return TreeManifest.link(link.target());
        }
        // What is neither a file, a link nor a directory was never delivered, so it differs whatever it is called.
        return entry instanceof BundleEntry.Directory
                ? TreeManifest.directory()
                : TreeManifest.link("not a file: " + entry);
    }
}
