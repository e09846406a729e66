package dev.holdfast;

import java.util.function.Consumer;

/**
 * Hears what happens, after it happened and, where it is recorded, after it was recorded.
 *
 * <p>Called from the thread that did the work, so it returns quickly; several threads may call at once. What it throws
 * is logged and changes nothing.
 */
@FunctionalInterface
public interface HoldfastListener {

    /** Hears of one event. Later versions add kinds: have a branch for those you do not know. */
    void on(HoldfastEvent event);

    /**
     * Returns a listener that hears of one kind of event only. Chain several with {@link #andThen}, or give each to the
     * builder.
     *
     * @param kind such as {@code HoldfastEvent.Changed.class}; the interface {@link HoldfastEvent} itself means all
     */
    static <E extends HoldfastEvent> HoldfastListener on(Class<E> kind, Consumer<? super E> handler) {
        return event -> {
            if (kind.isInstance(event)) {
                handler.accept(kind.cast(event));
            }
        };
    }

    /** Returns a listener that tells this one and then {@code next}, also if this one throws. */
    default HoldfastListener andThen(HoldfastListener next) {
        return event -> {
            try {
                on(event);
            } finally {
                next.on(event);
            }
        };
    }
}
