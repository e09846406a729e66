package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.Page;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Walks through lists that come in pages. */
final class Pages {

    private Pages() {}

    /** Returns all items, asking for a page when it is come to. */
    static <T> Stream<T> all(Function<Page.Request, Page<T>> list) {
        Page<T> first = list.apply(Page.Request.first(Page.LARGEST));
        return Stream.iterate(
                        Optional.of(first),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next)
                                .map(next -> list.apply(new Page.Request(Optional.of(next), Page.LARGEST))))
                .flatMap(Optional::stream)
                .flatMap(page -> page.items().stream());
    }
}
