package dev.holdfast;

/**
 * Hears what happens, after it happened and, where it is recorded, after it was recorded.
 *
 * <p>Called from the thread that did the work, so it returns quickly; several threads may call at once. What it throws is
 * logged and changes nothing.
 */
@FunctionalInterface
public interface HoldfastListener {

    /** Hears of one event. Later versions add kinds: have a branch for those you do not know. */
    void on(HoldfastEvent event);
}
