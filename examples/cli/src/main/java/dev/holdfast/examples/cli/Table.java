package dev.holdfast.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows with aligned columns. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    private Table() {}

    static Table of(String... header) {
        return new Table().row(header);
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** Returns the lines, the header first, none with blanks at its end. */
    List<String> lines() {
        int columns = rows.get(0).size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
