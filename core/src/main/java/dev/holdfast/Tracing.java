package dev.holdfast;

import java.util.concurrent.Callable;

/**
 * Follows work from its beginning to its end, and from one thread to the next: for a host's traces.
 * {@code holdfast-micrometer} has one for Micrometer's observations.
 *
 * <p>Called on the thread that does the work, so it returns quickly. Safe for use by several threads. What it throws is
 * logged and changes nothing.
 */
public interface Tracing {

    /** Begins a span within the one that is open on this thread, if there is one. */
    Span begin(Step step);

    /** Returns work that, on whichever thread it runs, is part of what is open on this thread now. */
    <T> Callable<T> carried(Callable<T> work);

    /** Something that is under way. Used by the thread that began it; what was begun last is closed first. */
    interface Span extends AutoCloseable {

        /** Says that it failed, before it is closed. */
        void failed(Throwable why);

        /** Says that it is over. */
        @Override
        void close();
    }

    /**
     * What begins.
     *
     * @param kind one of few
     * @param subject which install, upstream or image, such as {@code ws-42/greeter}: one of many
     */
    record Step(Kind kind, String subject) {

        /** Returns what is done to what, for people. */
        @Override
        public String toString() {
            return kind.doing + " " + subject;
        }
    }

    /** What is done. */
    enum Kind {
        /** A plugin is installed. */
        INSTALL("installing", false),
        /** An update is applied, by a person or a policy. */
        APPLY("applying", false),
        /** A release that was live before is made live. */
        ROLLBACK("rolling back", false),
        /** A plugin is taken away. */
        UNINSTALL("uninstalling", false),
        /** What differs from the record is delivered again. */
        REPAIR("repairing", false),
        /** What a node left unfinished is finished or undone. */
        RECOVER("recovering", false),
        /** An upstream is asked for what installs follow, and what drifted is queued. */
        SWEEP("sweeping", false),
        /** Containers of an image are recreated. */
        REFRESH("refreshing", false),
        /** A source is asked where a ref stands. */
        RESOLVE("resolving", true),
        /** A revision is fetched from its source. */
        FETCH("fetching", true),
        /** The files go to the target, where no reader sees them yet. */
        STAGE("staging", true),
        /** What is live changes, and that is read back and recorded. */
        SWAP("swapping", true),
        /** The workspace is reloaded. */
        RELOAD("reloading", true),
        /** The host's health probe looks at a change that is live. */
        PROBE("probing", true);

        private final String doing;
        private final boolean stage;

        Kind(String doing, boolean stage) {
            this.doing = doing;
            this.stage = stage;
        }

        /** Returns whether it is a part of another kind. */
        public boolean isStage() {
            return stage;
        }
    }
}
