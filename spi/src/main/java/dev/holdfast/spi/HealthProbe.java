package dev.holdfast.spi;

/**
 * Tells whether a workspace is well after a plugin of it was updated.
 *
 * <p>Called several times during the probation of an update, also by a node that took the probation over from one that
 * died. Safe for use by several threads. An exception counts as a call that did not pass.
 */
@FunctionalInterface
public interface HealthProbe {

    /** Looks once, and returns at the latest when the deadline passes. */
    Health check(WorkspaceId workspace, Change change, Deadline deadline);

    /** What one look found. */
    sealed interface Health {

        /** All is well. */
        record Healthy() implements Health {}

        /**
         * It is not well, or not yet.
         *
         * @param why for people; becomes the update's error if it stays so
         */
        record Unhealthy(String why) implements Health {}

        /** Returns that all is well. */
        static Health healthy() {
            return new Healthy();
        }

        /** Returns that it is not well. */
        static Health unhealthy(String why) {
            return new Unhealthy(why);
        }
    }
}
