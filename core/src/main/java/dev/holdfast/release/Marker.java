package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of {@code .complete}, the last file of every release: what it is, and what it consists of. Its text form
 * is documented in {@code docs/contract.md}.
 *
 * @param label what the release is
 * @param tree what it consists of, the marker itself left out
 * @param files how to know its files again without reading them, by path; markers of earlier versions have none
 * @param sharing the release with which it shares files, by hard links; empty if all of it was sent
 */
record Marker(Label label, TreeManifest tree, SortedMap<String, DeliveredFile> files, Optional<Stamp> sharing) {

    /** Most bytes of a marker that are read; the guard lets nothing through whose marker would be larger. */
    static final int LARGEST = 64 * 1024 * 1024;

    private static final String FIRST_LINE = "holdfast-release 1";
    private static final String SEEN = "seen";

    Marker {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** A release of whose files nothing more is known. */
    Marker(Label label, TreeManifest tree) {
        this(label, tree, Collections.emptySortedMap(), Optional.empty());
    }

    /** What is known of a release before its tree has streamed by. */
    record Label(
            PluginName plugin,
            String source,
            Revision revision,
            Optional<String> version,
            Stamp stamp,
            long epoch,
            Optional<ReleaseOwner> owner) {}

    /** The text is no marker: cut short, of another version, or not ours. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    Release release() {
        return new Release(label.stamp(), label.revision(), label.version(), tree.digest());
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        line(text, "plugin", label.plugin().value());
        line(text, "source", label.source());
        line(text, "revision", label.revision().value());
        label.version().ifPresent(version -> line(text, "version", version));
        line(text, "digest", tree.digest().value());
        line(text, "stamp", label.stamp().value());
        line(text, "epoch", Long.toString(label.epoch()));
        label.owner().ifPresent(owner -> {
            line(text, "workspace", owner.workspace().value());
            line(text, "address", owner.address().toString());
        });
        sharing.ifPresent(stamp -> line(text, "sharing", stamp.value()));
        line(text, "holdfast", version());
        tree.items()
                .forEach((path, item) -> line(
                        text,
                        item.type().word(),
                        item.type().mode() + " " + (item.hash().isEmpty() ? "-" : item.hash()) + " " + path));
        files.forEach((path, file) -> line(text, SEEN, file.text() + " " + path));
        line(text, "end", Integer.toString(tree.items().size()));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the text form.
     *
     * @throws Unreadable if it is cut short, of another version, or contradicts itself
     */
    static Marker parse(byte[] bytes) throws Unreadable {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(FIRST_LINE)) {
            throw new Unreadable("it does not begin with '" + FIRST_LINE + "'");
        }
        Map<String, String> head = new HashMap<>();
        SortedMap<String, Item> items = new TreeMap<>();
        SortedMap<String, DeliveredFile> files = new TreeMap<>();
        try {
            for (int i = 1; i < lines.length; i++) {
                int space = lines[i].indexOf(' ');
                if (space > 0 && lines[i].startsWith(SEEN + " ")) {
                    String[] parts = lines[i].split(" ", 5);
                    files.put(parts[4], DeliveredFile.parse(parts[1], parts[2], parts[3]));
                } else if (space > 0) {
                    enter(lines[i].substring(0, space), lines[i].substring(space + 1), head, items);
                }
            }
            return checked(head, new TreeManifest(items), files);
        } catch (RuntimeException malformed) {
            throw new Unreadable(String.valueOf(malformed.getMessage()));
        }
    }

    private static void enter(String word, String rest, Map<String, String> head, SortedMap<String, Item> items) {
        Optional<TreeManifest.Type> type = TreeManifest.Type.of(word);
        if (type.isEmpty()) {
            head.put(word, rest);
            return;
        }
        String[] modeHashPath = rest.split(" ", 3);
        String hash = modeHashPath[1].equals("-") ? "" : modeHashPath[1];
        items.put(modeHashPath[2], new Item(type.get(), hash));
    }

    private static Marker checked(Map<String, String> head, TreeManifest tree, SortedMap<String, DeliveredFile> files)
            throws Unreadable {
        if (!Integer.toString(tree.items().size()).equals(head.get("end"))) {
            throw new Unreadable("it is cut short");
        }
        if (!tree.digest().equals(new TreeDigest(value(head, "digest")))) {
            throw new Unreadable("its digest is not that of its entries");
        }
        Label label = new Label(
                PluginName.of(value(head, "plugin")),
                value(head, "source"),
                Revision.of(value(head, "revision")),
                Optional.ofNullable(head.get("version")),
                new Stamp(value(head, "stamp")),
                Long.parseLong(value(head, "epoch")),
                owner(head));
        return new Marker(
                label, tree, files, Optional.ofNullable(head.get("sharing")).map(Stamp::new));
    }

    /** Markers of earlier versions name none. */
    private static Optional<ReleaseOwner> owner(Map<String, String> head) {
        String workspace = head.get("workspace");
        String address = head.get("address");
        return workspace == null || address == null
                ? Optional.empty()
                : Optional.of(new ReleaseOwner(WorkspaceId.of(workspace), TargetAddress.parse(address)));
    }

    private static String value(Map<String, String> head, String word) throws Unreadable {
        String value = head.get(word);
        if (value == null) {
            throw new Unreadable("it has no line '" + word + "'");
        }
        return value;
    }

    private static void line(StringBuilder text, String word, String value) {
        text.append(word).append(' ').append(value).append('\n');
    }

    private static String version() {
        String version = Marker.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
