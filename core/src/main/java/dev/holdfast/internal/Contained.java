package dev.holdfast.internal;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls code of others - adapters, rules, probes, reloaders - and lets out only the two kinds of
 * {@link HoldfastException}. Work over many items catches that one type for each item, and no item ends the work on the
 * others.
 *
 * <p>This is the one place that says what is caught: every {@link RuntimeException} and {@link Error}, and checked
 * exceptions that a language without them lets out. A {@link VirtualMachineError} passes, since its cause is the whole
 * process; a {@link StackOverflowError} does not, since its cause is one input.
 */
public final class Contained {

    private static final Logger LOG = LoggerFactory.getLogger(Contained.class);

    private Contained() {}

    /** Returns what {@code call} returns, or throws one of the two kinds. */
    public static <T> T get(String what, Callable<T> call) {
        try {
            return call.call();
        } catch (Throwable e) {
            throw known(what, e);
        }
    }

    /** As {@link #get}, without a result. */
    public static void run(String what, Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            throw known(what, e);
        }
    }

    /**
     * Returns {@code thrown} as one of the two kinds: what no adapter should throw may pass by itself, as nobody knows
     * it.
     */
    public static HoldfastException known(String what, Throwable thrown) {
        if (thrown instanceof HoldfastException told) {
            return told;
        }
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        LOG.atWarn().setCause(thrown).log("{} failed in a way that none should", what);
        return new TransientException(
                Reason.PROTOCOL, what + " failed in a way that none should: " + thrown + "; see the log", thrown);
    }
}
