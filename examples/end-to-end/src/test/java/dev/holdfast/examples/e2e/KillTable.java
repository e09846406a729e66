package dev.holdfast.examples.e2e;

import dev.holdfast.testkit.kill.Failpoint;
import dev.holdfast.testkit.kill.KillOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Counts how the cells of one target ended, and writes {@code docs/kill-matrix.md} from what all targets counted. */
final class KillTable {

    private static final Path DOCS = Path.of("../../docs/kill-matrix.md");
    private static final Path PARTS = Path.of("target/kill-matrix");

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

    /** Writes this target's part and puts together what there is. */
    synchronized void write() throws IOException {
        StringBuilder part = new StringBuilder();
        rows.forEach((operation, points) -> points.forEach((point, counts) -> part.append("| ")
                .append(String.join(" | ", target, operation.name(), point))
                .append(" | %d | %d | %d | %d |%n"
                        .formatted(counts[0] + counts[1] + counts[2], counts[0], counts[1], counts[2]))));
        Files.createDirectories(PARTS);
        Files.writeString(PARTS.resolve(target), part);
        Files.writeString(DOCS, document());
    }

    private static String document() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> parts = Files.list(PARTS)) {
            for (Path part : parts.sorted().toList()) {
                all.append(Files.readString(part));
            }
        }
        return """
                # The kill matrix

                Written by `mvn verify -Dgroups=kill`. A process died at each point of each operation (in containers and over
                SSH, where a cell is slow, at every third point), every tenth time by `SIGKILL`, otherwise by halting; another
                one recovered. `old`: the state before the operation stayed. `new`: the operation was finished. Every cell
                asserts that nothing else was the case, that record, marker and files agree, that a second recovery changes
                nothing, and that what follows works: install, rollback, collection, removal.

                | target | operation | died | cells | old | new | violations |
                |---|---|---|---:|---:|---:|---:|
                %s""".formatted(all);
    }
}
