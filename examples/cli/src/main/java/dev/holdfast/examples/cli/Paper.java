package dev.holdfast.examples.cli;

import java.io.PrintStream;
import java.time.Clock;

/** What answers for people are printed on: with a margin before every line. */
record Paper(PrintStream out, Clock clock, String margin) {

    Paper(PrintStream out, Clock clock) {
        this(out, clock, "");
    }

    Paper indented(String wider) {
        return new Paper(out, clock, wider);
    }

    void line(String text) {
        out.println((margin + text).stripTrailing());
    }

    void table(Table table) {
        table.lines().forEach(this::line);
    }

    Ages ages() {
        return new Ages(clock.instant());
    }
}
