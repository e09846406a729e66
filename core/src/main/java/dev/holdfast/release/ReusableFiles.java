package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.Twin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one release on a target that are as they were delivered, to be found by their content. One pass of a
 * bundle takes each at most once: two names of one file in one release would read back as a link of the archive.
 */
final class ReusableFiles {

    private static final ReusableFiles NONE = new ReusableFiles(Optional.empty());

    private final Optional<Stamp> from;
    private final Map<String, List<Reusable>> byContent = new HashMap<>();
    private final Set<Long> sizes = new HashSet<>();

    private ReusableFiles(Optional<Stamp> from) {
        this.from = from;
    }

    /** A file that may be linked to. */
    record Reusable(String path, String hash, Twin twin) {}

    /** Returns that everything is sent. */
    static ReusableFiles none() {
        return NONE;
    }

    /** Looks at a release; nothing of one that has no marker, is too small, or of which the target cannot tell. */
    static ReusableFiles of(TargetSession session, Layout layout, Stamp stamp, Reuse reuse) {
        if (reuse.isOff()) {
            return NONE;
        }
        return ReleaseSurvey.of(session, layout, stamp)
                .filter(survey -> survey.marker().label().stamp().equals(stamp))
                .filter(survey -> bytes(survey.marker()) >= reuse.atLeast())
                .map(survey -> collected(session, layout, survey, reuse))
                .orElse(NONE);
    }

    private static long bytes(Marker marker) {
        return marker.files().values().stream().mapToLong(DeliveredFile::size).sum();
    }

    private static ReusableFiles collected(TargetSession session, Layout layout, ReleaseSurvey survey, Reuse reuse) {
        Marker marker = survey.marker();
        Stamp stamp = marker.label().stamp();
        Set<String> refused = reuse.proof() == Reuse.Proof.CONTENT
                ? new Verifier(IgnoredFiles.NONE).differing(session, layout.plugin(), stamp)
                : Set.of();
        ReusableFiles files = new ReusableFiles(Optional.of(stamp));
        survey.whole().forEach((path, facts) -> {
            if (facts.size() > 0 && !refused.contains(path)) {
                files.add(layout.release(stamp), path, facts, marker);
            }
        });
        return files;
    }

    private void add(String release, String path, FileFacts facts, Marker marker) {
        Item item = marker.tree().items().get(path);
        DeliveredFile delivered = marker.files().get(path);
        if (item == null || delivered == null) {
            return;
        }
        boolean executable = item.type() == TreeManifest.Type.EXECUTABLE;
        Reusable reusable = new Reusable(
                path, item.hash(), new Twin(release + "/" + path, facts.modified(), facts.user(), facts.group()));
        sizes.add(facts.size());
        add(key(executable, facts.size(), item.hash()), reusable);
        delivered.contentId().ifPresent(id -> add(key(executable, facts.size(), id), reusable));
    }

    private void add(String key, Reusable reusable) {
        byContent.computeIfAbsent(key, same -> new ArrayList<>()).add(reusable);
    }

    /** Returns the release that they are of. */
    Optional<Stamp> from() {
        return from;
    }

    /** Returns whether one of them has the size of a file, so that it is worth to know the file's hash. */
    boolean hasSizeOf(BundleEntry.File file) {
        return sizes.contains(file.size());
    }

    /**
     * Returns one that has the content, size and mode of {@code file}: that of the same path first.
     *
     * @param content its hash, or its source's name for the content
     * @param taken the paths that were taken in this pass
     */
    Optional<Reusable> find(BundleEntry.File file, String content, Set<String> taken) {
        List<Reusable> same = byContent.getOrDefault(key(file.executable(), file.size(), content), List.of()).stream()
                .filter(reusable -> !taken.contains(reusable.path()))
                .toList();
        return same.stream()
                .filter(reusable -> reusable.path().equals(file.path()))
                .findFirst()
                .or(() -> same.stream().findFirst());
    }

    private static String key(boolean executable, long size, String content) {
        return executable + " " + size + " " + content;
    }
}
