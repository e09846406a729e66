package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.Page;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of a long list. Picocli writes the fields. */
final class PageOptions {

    @Option(names = "--limit", paramLabel = "N", description = "How many, up to 500. Default: ${DEFAULT-VALUE}")
    private int limit = 50;

    @Option(names = "--after", paramLabel = "WHERE", description = "Go on where an earlier list ended.")
    private @Nullable String after;

    Page.Request request() {
        return new Page.Request(Optional.ofNullable(after), limit);
    }

    /** Says on paper how to go on, if the list does. */
    static void more(Page<?> page, Paper paper) {
        page.next().ifPresent(next -> paper.line("There is more: --after " + next));
    }
}
