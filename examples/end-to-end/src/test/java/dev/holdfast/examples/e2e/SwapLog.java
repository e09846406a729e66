package dev.holdfast.examples.e2e;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The append-only log of what was renamed over the live paths of some targets, as the kernel reports it (inotify): no
 * process that dies can leave a line out, and none can make one up.
 */
final class SwapLog implements AutoCloseable {

    private final WatchService watcher;
    private final Map<WatchKey, Path> roots = new HashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final Thread reader = new Thread(this::read, "swap-log");

    SwapLog(List<Path> targets) throws IOException {
        watcher = FileSystems.getDefault().newWatchService();
        for (Path target : targets) {
            roots.put(
                    target.register(
                            watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE),
                    target);
        }
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            while (true) {
                WatchKey key = watcher.take();
                for (WatchEvent<?> event : key.pollEvents()) {
                    note(roots.get(key), event);
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException | InterruptedException over) {
            // Whoever reads the log has what came until now.
        }
    }

    private synchronized void note(Path root, WatchEvent<?> event) {
        String name = String.valueOf(event.context());
        if (name.startsWith(".")) {
            return;
        }
        for (int i = 0; i < event.count(); i++) {
            lines.add(root.getFileName() + " " + name
                    + (event.kind().equals(StandardWatchEventKinds.ENTRY_CREATE)
                            ? " -> " + named(root, name)
                            : " gone"));
        }
    }

    private static String named(Path root, String name) {
        try {
            return Files.readSymbolicLink(root.resolve(name)).toString();
        } catch (IOException e) {
            return "?";
        }
    }

    /** Returns what was renamed over the live paths of one target, in order. */
    synchronized List<String> of(String target) {
        return lines.stream().filter(line -> line.startsWith(target + " ")).toList();
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
