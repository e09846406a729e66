package dev.holdfast.examples.cli;

import dev.holdfast.spi.delivery.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows on standard error how far long work has come: a bar on a terminal, one line elsewhere. */
sealed interface DeliveryBar extends Progress, AutoCloseable {

    /** How many units of {@code what} there are is not known: a delivery. */
    static DeliveryBar delivering(Console console, String what) {
        if (!console.terminal()) {
            return Line.begin(console, what);
        }
        return new Bar(
                builder(console, what).setInitialMax(-1).setUnit(" KiB", 1024).build(), true);
    }

    /** There are {@code total} things to do; each calls {@link #advanced} with how many are done. */
    static DeliveryBar counting(Console console, String what, long total) {
        if (!console.terminal()) {
            return Line.begin(console, what);
        }
        return new Bar(builder(console, what).setInitialMax(total).build(), false);
    }

    private static ProgressBarBuilder builder(Console console, String what) {
        return new ProgressBarBuilder()
                .setTaskName(what)
                .setUpdateIntervalMillis(100)
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), 100))
                .hideEta()
                .clearDisplayOnFinish();
    }

    @Override
    void close();

    /** On a terminal. */
    record Bar(ProgressBar bar, boolean bytes) implements DeliveryBar {

        @Override
        public void advanced(long entries, long size) {
            bar.stepTo(bytes ? size : entries);
            if (bytes) {
                bar.setExtraMessage(" " + Words.count(entries, "entry").replace("entrys", "entries"));
            }
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** In a file or a pipe. */
    record Line() implements DeliveryBar {

        static Line begin(Console console, String what) {
            console.err().println(what + " ...");
            return new Line();
        }

        @Override
        public void advanced(long entries, long size) {
            // one line was enough
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
