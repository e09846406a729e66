package dev.holdfast.examples.e2e.months;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts the figures of one store into {@code docs/year.md}, in place of its earlier ones. */
final class YearPage {

    private static final Path DOCS = Path.of("../../docs/year.md");
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final List<String> STORES = List.of("memory", "PostgreSQL");

    private YearPage() {}

    static void write(String store, Map<String, String> figures) throws IOException {
        Map<String, String[]> rows = new LinkedHashMap<>();
        figures.keySet().forEach(figure -> rows.put(figure, new String[] {"", ""}));
        for (String line : Files.exists(DOCS) ? Files.readAllLines(DOCS) : List.<String>of()) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && rows.containsKey(row.group(1))) {
                rows.put(row.group(1), new String[] {row.group(2), row.group(3)});
            }
        }
        figures.forEach((figure, value) -> rows.get(figure)[STORES.indexOf(store)] = value);
        Files.writeString(DOCS, page(rows));
    }

    private static String page(Map<String, String[]> rows) {
        String table = rows.entrySet().stream()
                .map(row -> "| " + row.getKey() + " | " + row.getValue()[0] + " | " + row.getValue()[1] + " |")
                .collect(Collectors.joining("\n"));
        return """
                # A year of four nodes

                Written by `mvn verify -Dgroups=endurance` (`YearTest` in memory, `YearIT` on PostgreSQL); every build runs 40 days in
                memory. Four nodes share one store. Time is simulated: it jumps from one happening to the next, and all loops of
                all nodes run there and every few hours. A seed draws what happens: releases, of which some are refused and some
                fail their probation, outages of places and upstreams, lost connections, nodes that die at any call and come
                back, and people who install, apply, dismiss, retry, roll back and uninstall. It also draws the grace, from a
                minute to a month. `-Dholdfast.seed=...` draws the same again, and `-Dholdfast.days=...` ends it earlier.

                What must hold after every round of the loops: whoever has resolved a live path can read that release until the
                grace after its replacement is over. After every day:

                * the last three good releases of every install are on its target, whole, and a rollback leads to the right one;
                * what is live is what is recorded, and every file of it is as delivered;
                * an operation is open only while its lease runs, or where its place is away;
                * collections write into journal and audit only where something was removed, was left by a failure, or broke off;
                * every node has forgotten the history that is older than 35 days, and what is left of it decides something.

                At the end everything is back, and every install that has a way back is rolled back. What was live is read from
                the target after each script that ran there, not from what Holdfast records.

                | figure | memory | PostgreSQL |
                |---|---:|---:|
                %s
                """.formatted(table);
    }
}
