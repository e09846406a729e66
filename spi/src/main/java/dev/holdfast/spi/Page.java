package dev.holdfast.spi;

import java.util.List;
import java.util.Optional;

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

    /** A place in a list and how much of it to return: {@code after} as an earlier page gave it, {@code limit} from 1 to 500. */
    public record Request(Optional<String> after, int limit) {

        /** Bounds the limit. */
        public Request {
            limit = Math.max(1, Math.min(LARGEST, limit));
        }

        /** Returns a request for the first {@code limit} items. */
        public static Request first(int limit) {
            return new Request(Optional.empty(), limit);
        }
    }
}
