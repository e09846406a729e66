package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.kill.Failpoint;
import dev.holdfast.contracts.kill.KillOperation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts how the cells of one target ended, and puts its rows into {@code docs/kill-matrix.md} in place of the earlier
 * ones.
 */
final class KillTable {

    private static final Path DOCS = Path.of("../../docs/kill-matrix.md");
    private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\| [A-Z_]+ \\| .*");

    private final String target;
    private final SortedMap<KillOperation, SortedMap<String, int[]>> rows = new TreeMap<>();

    KillTable(String target) {
        this.target = target;
    }

    /** Runs one cell and counts whether the old or the new version stayed, or it failed. */
    void cell(KillOperation operation, Failpoint point, Callable<String> cell) throws Exception {
        int column = 2;
        try {
            column = List.of("old", "new").indexOf(cell.call());
        } finally {
            count(operation, point, column);
        }
    }

    private synchronized void count(KillOperation operation, Failpoint point, int column) {
        rows.computeIfAbsent(operation, o -> new TreeMap<>()).computeIfAbsent(point.kind(), k -> new int[3])[column]++;
    }

    /** Other targets' tables are written by other processes. */
    synchronized void write() throws IOException {
        try (FileChannel lock = FileChannel.open(DOCS, StandardOpenOption.WRITE)) {
            lock.lock();
            writeAlone();
        }
    }

    private void writeAlone() throws IOException {
        Map<String, List<String>> byTarget = new TreeMap<>();
        for (String line : Files.readAllLines(DOCS)) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && !row.group(1).equals(target)) {
                byTarget.computeIfAbsent(row.group(1), t -> new ArrayList<>()).add(line);
            }
        }
        byTarget.put(target, lines());
        Files.writeString(
                DOCS, document(byTarget.values().stream().flatMap(List::stream).toList()));
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        rows.forEach((operation, points) -> points.forEach((point, counts) -> lines.add("| "
                + String.join(" | ", target, operation.name(), point)
                + " | %d | %d | %d | %d |"
                        .formatted(counts[0] + counts[1] + counts[2], counts[0], counts[1], counts[2]))));
        return lines;
    }

    private static String document(List<String> rows) {
        return """
                # The kill matrix

                Written by `mvn verify -Dgroups=kill`. A process died at each point of each operation (in containers and over
                SSH, where a cell is slow, at every third point: `-Dholdfast.sample=3`), every tenth time by `SIGKILL`,
                otherwise by halting; another
                one recovered. `old`: the state before the operation stayed. `new`: the operation was finished. Every cell
                asserts that nothing else was the case, that record, marker and files agree, that a second recovery changes
                nothing, and that what follows works: install, rollback, collection, removal.

                | target | operation | died | cells | old | new | violations |
                |---|---|---|---:|---:|---:|---:|
                %s
                """.formatted(String.join("\n", rows));
    }
}
