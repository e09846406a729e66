package dev.holdfast.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How counts rise over hours: one line for each, as one SVG image. */
final class StepPlot {

    private static final int WIDTH = 820;
    private static final int HEIGHT = 330;
    private static final int LEFT = 44;
    private static final int RIGHT = 250;
    private static final int TOP = 20;
    private static final int BOTTOM = 40;
    private static final List<String> KINDS = List.of("first", "second", "third");

    private final Duration longest;
    private final int most;
    private final StringBuilder body = new StringBuilder();
    private int lines;

    /**
     * @param longest what the width shows
     * @param most what the height shows
     */
    StepPlot(Duration longest, int most) {
        this.longest = longest;
        this.most = most;
        int hours = (int) longest.toHours();
        for (int hour = 0; hour <= hours; hour++) {
            text(x(Duration.ofHours(hour)), HEIGHT - BOTTOM + 16, "tick", hour + " h");
        }
        for (int part = 0; part <= 4; part++) {
            int count = most * part / 4;
            text(LEFT - 6, y(count) + 4, "count", Integer.toString(count));
            body.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y(count),
                    y(count)));
        }
    }

    /** Adds a line: from each minute on, so many. */
    void line(String name, List<Integer> minutes) {
        List<String> points = new ArrayList<>();
        for (int minute = 0; minute < minutes.size(); minute++) {
            points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(Duration.ofMinutes(minute)), y(minutes.get(minute))));
        }
        String kind = KINDS.get(lines++ % KINDS.size());
        body.append("<polyline class=\"%s\" points=\"%s\"/>%n".formatted(kind, String.join(" ", points)));
        int last = minutes.get(minutes.size() - 1);
        text(
                WIDTH - RIGHT + 8,
                y(last) + 4 + (last == most ? 16.0 * (lines - 1) : 0),
                kind + "-name",
                name + ": " + last);
    }

    private double x(Duration time) {
        return LEFT + (double) time.toSeconds() / longest.toSeconds() * (WIDTH - LEFT - RIGHT);
    }

    private double y(int count) {
        return HEIGHT - BOTTOM - (double) count / most * (HEIGHT - TOP - BOTTOM);
    }

    private void text(double x, double y, String kind, String text) {
        body.append(
                String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", kind, x, y, text));
    }

    String svg(String description) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <title>%3$s</title>
                <style>
                text { font: 12px system-ui, sans-serif; fill: #1f2328 }
                .tick { text-anchor: middle } .count { text-anchor: end }
                .grid { stroke: #9aa4af; stroke-width: .4 }
                polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round }
                .first { stroke: #b3261e } .second { stroke: #1a7f6b } .third { stroke: #3b6fb5 }
                .first-name { fill: #b3261e } .second-name { fill: #1a7f6b } .third-name { fill: #3b6fb5 }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 }
                .first { stroke: #ff8a80 } .second { stroke: #3fb99f } .third { stroke: #7fb0ff }
                .first-name { fill: #ff8a80 } .second-name { fill: #3fb99f } .third-name { fill: #7fb0ff } }
                </style>
                %4$s</svg>
                """.formatted(WIDTH, HEIGHT, description, body);
    }
}
