package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/** What a scenario found: printed as it comes, and written as one Markdown file at the end. */
final class Report {

    private final String scenario;
    private final Plot plot = new Plot();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder lines = new StringBuilder();
    private Optional<String> picture = Optional.empty();

    Report(String scenario) {
        this.scenario = scenario;
        add("# Benchmark: " + scenario + "\n\nMeasured by `benchmarks/run " + scenario + "` on "
                + LocalDate.now(ZoneOffset.UTC) + " on "
                + Runtime.getRuntime().availableProcessors() + " cores (" + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + Runtime.version().feature()
                + "). Times are wall clock; other work ran on the machine, so compare only rows of one table.");
    }

    void note(String sentence) {
        add("\n" + sentence);
    }

    /** Adds a table. */
    void timings(String title, Timings timings) {
        timings(title, timings, 0);
    }

    /** Adds a table with a column for the rate at which {@code bytes} went. */
    void timings(String title, Timings timings, long bytes) {
        plot.panel(title, timings);
        String rate = bytes > 0 ? " MB/s |" : "";
        add("\n## " + title + "\n\n| | median ms | least | most | rounds |" + rate + "\n|---|---|---|---|---|"
                + (bytes > 0 ? "---|" : ""));
        timings.byName().forEach((name, timing) -> {
            String row = String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %d |",
                    name,
                    timing.median(),
                    timing.least(),
                    timing.most(),
                    timing.rounds());
            add(row + (bytes > 0 ? String.format(Locale.ROOT, " %.0f |", bytes / timing.median() / 1000) : ""));
        });
    }

    /** Takes another picture than bars of the tables. */
    void picture(String svg) {
        picture = Optional.of(svg);
    }

    /** Adds a ratio without an aim. */
    void ratio(String name, double value) {
        line("ratio " + name + " " + decimal(value));
    }

    /** Adds a ratio that should be at least this. */
    void ratioAtLeast(String name, double value, double aim) {
        line("ratio " + name + " " + decimal(value));
        lines.append(aimed("at least " + decimal(aim), value >= aim));
    }

    /** Adds a ratio that should be at most this. */
    void ratioAtMost(String name, double value, double aim) {
        line("ratio " + name + " " + decimal(value));
        lines.append(aimed("at most " + decimal(aim), value <= aim));
    }

    /** Adds a count. */
    void count(String name, long value) {
        line("count " + name + " " + value);
    }

    /** Writes the file, and the plot of its tables beside it, and returns where it is. */
    Path write(Path results) throws IOException {
        Path file = Files.createDirectories(results).resolve(scenario + ".md");
        Files.writeString(file, text + "\n## Ratios and counts\n\n```\n" + lines + "```\n");
        Files.writeString(
                results.resolve(scenario + ".svg"),
                picture.orElseGet(() ->
                        plot.svg("Median times of benchmarks/run " + scenario + ", by table; shorter is better")));
        return file;
    }

    private void add(String block) {
        System.out.println(block);
        text.append(block).append('\n');
    }

    private void line(String line) {
        System.out.println(line);
        lines.append(line).append('\n');
    }

    private static String aimed(String aim, boolean met) {
        return "    aim: " + aim + (met ? ", met\n" : ", MISSED\n");
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }
}
