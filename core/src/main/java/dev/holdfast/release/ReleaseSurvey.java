package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one listing of a release shows, compared with its marker.
 *
 * @param marker the marker
 * @param whole the files that are as they were delivered, by path
 * @param changed the paths of those that are not, or are gone
 * @param shared whether one that is not has another name, so that another release changed with it
 */
record ReleaseSurvey(Marker marker, Map<String, FileFacts> whole, List<String> changed, boolean shared) {

    /**
     * Asks the target, once for the marker and the files; empty if it cannot tell, if there is no marker that can be
     * read, or if that is of an earlier version and says nothing of files.
     */
    static Optional<ReleaseSurvey> of(TargetSession session, Layout layout, Stamp stamp) {
        FileStep reading = new FileStep.ReadText(layout.release(stamp) + "/" + Layout.MARKER, Marker.LARGEST);
        FileStep survey = new FileStep.SurveyFiles(layout.release(stamp));
        if (session.run(FileScript.of(reading, survey)) instanceof ScriptResult.Completed completed
                && completed.answers().size() == 2
                && completed.answers().get(0) instanceof ScriptResult.Answer.Text read
                && completed.answers().get(1) instanceof ScriptResult.Answer.Files listed) {
            return read.text()
                    .flatMap(text -> Placements.parsed(text.getBytes(StandardCharsets.UTF_8)))
                    .filter(marker -> !marker.files().isEmpty())
                    .flatMap(marker -> listed.files()
                            .map(ReleaseSurvey::byPath)
                            .filter(files -> keepsTimes(files, stamp))
                            .map(files -> compared(files, marker)));
        }
        return Optional.empty();
    }

    /** A name with the end of a line in it could be told as two: what is told twice is not believed. */
    private static Map<String, FileFacts> byPath(List<FileFacts> files) {
        Map<String, FileFacts> found = new HashMap<>();
        Set<String> twice = new HashSet<>();
        for (FileFacts file : files) {
            if (found.put(file.path(), file) != null) {
                twice.add(file.path());
            }
        }
        found.keySet().removeAll(twice);
        return found;
    }

    /** A target that set no time on the marker set none on the files either, so times prove nothing there. */
    private static boolean keepsTimes(Map<String, FileFacts> found, Stamp stamp) {
        FileFacts marker = found.get(Layout.MARKER);
        return marker != null && marker.modified() == DeliveredFile.time(stamp);
    }

    private static ReleaseSurvey compared(Map<String, FileFacts> found, Marker marker) {
        Map<String, FileFacts> whole = new HashMap<>();
        List<String> changed = new ArrayList<>();
        boolean shared = false;
        for (Map.Entry<String, DeliveredFile> delivered : marker.files().entrySet()) {
            String path = delivered.getKey();
            FileFacts facts = found.get(path);
            Item item = marker.tree().items().get(path);
            if (facts != null && item != null && delivered.getValue().isShownBy(facts, item)) {
                whole.put(path, facts);
            } else {
                changed.add(path);
                shared |= facts != null && facts.names() > 1;
            }
        }
        return new ReleaseSurvey(marker, whole, changed, shared);
    }
}
