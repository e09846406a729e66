package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timing;
import dev.holdfast.benchmarks.Rounds.Timings;
import java.util.Locale;
import java.util.Map;

/** Bars for tables of timings: one panel for each, its longest bar as wide as the panel, as one SVG image. */
final class Plot {

    private static final int WIDTH = 820;
    private static final int LABELS = 330;
    private static final int VALUES = 90;
    private static final int ROW = 20;
    private static final int TITLE = 34;
    private static final int BASELINE = 14;

    private final StringBuilder body = new StringBuilder();
    private int height;

    /** Adds a panel. */
    void panel(String title, Timings timings) {
        text(0, height + TITLE - 10, "title", title);
        height += TITLE;
        double longest = timings.byName().values().stream()
                .mapToDouble(Timing::median)
                .max()
                .orElse(1);
        for (Map.Entry<String, Timing> row : timings.byName().entrySet()) {
            bar(row.getKey(), row.getValue().median(), row.getValue().median() / longest);
        }
    }

    private void bar(String name, double millis, double share) {
        boolean ours = name.startsWith("Holdfast");
        double width = Math.max(1, share * (WIDTH - LABELS - VALUES));
        text(LABELS - 8, height + BASELINE, "label", name.replace("`", ""));
        body.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                ours ? "ours" : "other",
                LABELS,
                height + 2,
                width,
                ROW - 5));
        text(LABELS + (int) width + 6, height + BASELINE, "value", String.format(Locale.ROOT, "%,.0f ms", millis));
        height += ROW;
    }

    private void text(int x, int y, String kind, String text) {
        body.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n".formatted(kind, x, y, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    String svg(String description) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <title>%3$s</title>
                <style>
                text { font: 12px system-ui, sans-serif; fill: #1f2328 }
                .title { font-weight: 600; font-size: 13px } .label { text-anchor: end }
                .ours { fill: #1a7f6b } .other { fill: #9aa4af }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .other { fill: #5d6772 } .ours { fill: #3fb99f } }
                </style>
                %4$s</svg>
                """.formatted(WIDTH, height + 10, escaped(description), body);
    }
}
