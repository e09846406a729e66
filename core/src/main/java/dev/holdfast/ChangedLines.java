package dev.holdfast;

import dev.holdfast.release.FileLines;
import dev.holdfast.release.FileLines.Kind;
import dev.holdfast.release.LineComparison;
import dev.holdfast.release.ReleaseFiles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads which lines of its files an update would change, without changing anything. */
final class ChangedLines {

    private static final int MOST_FILES = 50;

    private final Engine engine;

    ChangedLines(Engine engine) {
        this.engine = engine;
    }

    List<FileLines> of(Update update, Install install) {
        Deadline deadline = Deadline.after(engine.timings().operation());
        return engine.workers()
                .within(
                        deadline,
                        "reading which lines update " + update.id() + " would change",
                        () -> lines(update, install, deadline));
    }

    /** The source is asked before the place is opened, since it may take its time. */
    private List<FileLines> lines(Update update, Install install, Deadline deadline) {
        ReleaseFiles live = live(install, deadline);
        try (Bundle offered = engine.resolvers().fetch(install.origin().source(), update.to(), deadline)) {
            List<String> changed = List.copyOf(live.to(offered).changed());
            Set<String> read = changed.stream().limit(MOST_FILES).collect(Collectors.toUnmodifiableSet());
            Map<String, byte[]> newer = new HashMap<>();
            Map<String, FileLines> without = new HashMap<>();
            newer(offered, read, newer, without);
            Map<String, FileLines> compared = compared(install, newer, deadline);
            List<FileLines> all = new ArrayList<>();
            for (String path : changed) {
                FileLines known = compared.getOrDefault(path, without.get(path));
                all.add(
                        known != null
                                ? known
                                : LineComparison.without(path, read.contains(path) ? Kind.BINARY : Kind.LEFT_OUT));
            }
            return all;
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "revision " + update.to() + " could not be read: " + e.getMessage(), e);
        }
    }

    private ReleaseFiles live(Install install, Deadline deadline) {
        try (TargetSession session = engine.targets().open(install.address(), deadline)) {
            return engine.installer()
                    .files(session, install.plugin(), install.release().stamp())
                    .orElseGet(() -> engine.installer().noFiles());
        }
    }

    /** Reads what is offered; a link has no content and is left out. */
    private static void newer(
            Bundle offered, Set<String> read, Map<String, byte[]> contents, Map<String, FileLines> without)
            throws IOException {
        try (Bundle.Entries entries = offered.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                if (entry instanceof BundleEntry.File file && read.contains(file.path())) {
                    if (file.size() > LineComparison.LARGEST) {
                        without.put(file.path(), LineComparison.without(file.path(), Kind.TOO_LARGE));
                    } else {
                        contents.put(file.path(), entries.content().readAllBytes());
                    }
                }
            }
        }
    }

    private Map<String, FileLines> compared(Install install, Map<String, byte[]> newer, Deadline deadline) {
        Map<String, FileLines> compared = new HashMap<>();
        try (TargetSession session = engine.targets().open(install.address(), deadline)) {
            newer.forEach((path, content) -> compared.put(path, compared(session, install, path, content)));
        }
        return compared;
    }

    private FileLines compared(TargetSession session, Install install, String path, byte[] newer) {
        try {
            Optional<byte[]> older = engine.installer()
                    .read(session, install.plugin(), install.release().stamp(), path, LineComparison.LARGEST);
            return older.map(before -> LineComparison.of(path, before, newer))
                    .orElseGet(() -> LineComparison.without(path, Kind.BINARY));
        } catch (PermanentException e) {
            if (e.reason() == Reason.TOO_LARGE) {
                return LineComparison.without(path, Kind.TOO_LARGE);
            }
            throw e;
        }
    }
}
