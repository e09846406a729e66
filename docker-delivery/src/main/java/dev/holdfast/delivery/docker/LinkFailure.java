package dev.holdfast.delivery.docker;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import java.util.EnumSet;
import java.util.Set;

/**
 * An archive with links was refused, which may be because one of them cannot be made: the engines say so in different
 * words, one of them in those of a directory that is not there.
 */
final class LinkFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Set<Reason> OTHERS = EnumSet.of(Reason.NO_SPACE, Reason.TIMEOUT, Reason.FORBIDDEN);

    private final RuntimeException refusal;

    LinkFailure(RuntimeException refusal) {
        super(refusal);
        this.refusal = refusal;
    }

    /** Returns how the archive was refused. */
    RuntimeException refusal() {
        return refusal;
    }

    /**
     * Returns whether sending everything may help. A broken connection may be one: an engine can answer and close while
     * it is sent more.
     */
    static boolean mayBe(RuntimeException e) {
        return e instanceof HoldfastException known && !OTHERS.contains(known.reason());
    }
}
