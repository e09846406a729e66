package dev.holdfast.spi.store;

import dev.holdfast.spi.PermanentException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A part of a longer list.
 *
 * @param items the part, never null, possibly empty
 * @param next what to pass as {@code after} for the next part; empty at the end
 * @param <T> the items
 */
public record Page<T>(List<T> items, Optional<String> next) {

    /** The most items that one page holds, whatever is asked for. */
    public static final int LARGEST = 500;

    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }

    /**
     * Returns a page, for writers of stores.
     *
     * @param rows what was found from the page's place on: one more than its limit, if there are that many
     * @param page what was asked for
     * @param cursor names an item's place in the list, for {@link #next}
     * @param <T> the items
     */
    public static <T> Page<T> of(List<T> rows, Request page, Function<T, String> cursor) {
        if (rows.size() <= page.limit()) {
            return new Page<>(rows, Optional.empty());
        }
        List<T> items = rows.subList(0, page.limit());
        return new Page<>(items, Optional.of(cursor.apply(items.get(items.size() - 1))));
    }

    /**
     * Returns all items of a list, for callers that want no pages. The first page is read at once, each further one
     * when the items before it are used up. It holds nothing open between two pages, so nobody has to close it. What is
     * added or removed meanwhile may be in it or not; every other item is in it once. It throws what {@code pages}
     * throws.
     *
     * @param pages reads one page
     * @param <T> the items
     */
    public static <T> Stream<T> stream(Function<Request, Page<T>> pages) {
        return Stream.iterate(
                        Optional.of(pages.apply(Request.first(LARGEST))),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next).map(next -> pages.apply(Request.after(next, LARGEST))))
                .flatMap(page -> page.stream().flatMap(part -> part.items().stream()));
    }

    /**
     * A place in a list and how much of it to return: {@code after} as an earlier page gave it, {@code limit} from 1 to
     * 500.
     */
    public record Request(Optional<String> after, int limit) {

        /** Bounds the limit. */
        public Request {
            limit = Math.max(1, Math.min(LARGEST, limit));
        }

        /** Returns the refusal of a place that no page of the list gave. */
        public PermanentException badPlace() {
            return PermanentException.invalid(
                    "page cursor", after.orElse(""), "pass what an earlier page of the same list gave");
        }

        /**
         * Returns the id that this names in a list by descending id; every id is below the answer to an empty place.
         *
         * @throws PermanentException if the place is no id
         */
        public long beforeId() {
            try {
                return after.map(Long::parseLong).orElse(Long.MAX_VALUE);
            } catch (NumberFormatException e) {
                throw badPlace();
            }
        }

        /** Returns a request for what follows a place that an earlier page named in {@link Page#next}. */
        public static Request after(String place, int limit) {
            return new Request(Optional.of(place), limit);
        }

        /** Returns a request for the first {@code limit} items. */
        public static Request first(int limit) {
            return new Request(Optional.empty(), limit);
        }
    }
}
