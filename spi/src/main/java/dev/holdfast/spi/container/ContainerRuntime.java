package dev.holdfast.spi.container;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TransientException;
import java.util.List;

/**
 * One engine that runs containers: what it has, and word of what changes.
 *
 * <p>A listing is complete or it is an exception: whoever calls this concludes from absence. Events are hints to look
 * again, never the truth, and may come twice, late, or for containers that are gone; but one that is lost must break
 * the subscription where the implementation can tell. Safe for use by several threads. Prove an implementation by
 * extending {@code ContainerRuntimeContract} from {@code holdfast-testkit}.
 */
public interface ContainerRuntime {

    /**
     * Returns the name of the machine that the engine runs on, which the rows of its containers carry: the same after
     * every restart, and another for every engine whose containers share an index. A value only, no I/O. 1 to 128 of
     * letters, digits, {@code . _ : -}.
     */
    String host();

    /**
     * Lists every container that exists, ended ones included.
     *
     * @throws TransientException if the engine is down, stalls, or its answer was cut short
     * @throws PermanentException if it may not be asked
     */
    List<ContainerSighting> list(Deadline deadline);

    /**
     * Begins to tell {@code watcher} of changes. When this returns, every later change is told, or the subscription
     * breaks: so whoever subscribes first and lists then misses nothing.
     *
     * @throws TransientException if the engine is down or does not answer in time
     * @throws PermanentException if it may not be asked
     */
    Subscription subscribe(Watcher watcher, Deadline deadline);

    /** Hears of changes, from a thread of the runtime's, one call at a time; returns quickly and never throws. */
    interface Watcher {

        /** Hears that something about one container changed. */
        void changed(Event event);

        /**
         * Hears that nothing more will be told: the engine went away, or the stream was cut. Called at most once, and
         * not after {@link Subscription#close} has returned.
         */
        void broken(HoldfastException why);
    }

    /** The right to be told. */
    interface Subscription extends AutoCloseable {

        /** Ends it. May be called twice, and after it broke. */
        @Override
        void close();
    }

    /**
     * Word of a change.
     *
     * @param containerId which container
     * @param kind what
     */
    record Event(String containerId, Kind kind) {

        /** What changed, as far as it matters. */
        public enum Kind {
            /** A process of its was started: stops that were asked for before are history. */
            STARTED,
            /** Somebody asked the engine to end it. If it ends by that signal, it was stopped and has not failed. */
            STOP_REQUESTED,
            /** Anything else. */
            CHANGED
        }
    }
}
