package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;

/**
 * Whether a delivery takes unchanged files from the release that is live, as hard links, instead of sending them again.
 *
 * <p>A file is taken only if it is as it was delivered. The proof is what a listing of the target shows: size, mode and
 * modification time are those of the delivery. Whoever writes into a file in place changes it in all releases that
 * share it, and is seen by that; whoever puts the time back afterwards is not, unless the proof is
 * {@link Proof#CONTENT}.
 *
 * @param proof what must be shown before a file is taken
 * @param atLeast bytes of the live release below which everything is sent, because a listing would take longer; zero or
 *     more, default 1 MiB
 */
public record Reuse(Proof proof, long atLeast) {

    private static final long USUAL_LEAST = 1024 * 1024;

    /** What shows that a file is as it was delivered. */
    public enum Proof {
        /** Nothing does: every file is sent. */
        NONE,
        /** Its size, mode and modification time in whole seconds. */
        LISTING,
        /** As {@link #LISTING}, and its content, for which the whole live release is read. */
        CONTENT
    }

    /** Refuses a negative number of bytes. */
    public Reuse {
        if (atLeast < 0) {
            throw PermanentException.invalid("reuse from", Long.toString(atLeast), "give zero bytes or more");
        }
    }

    /** Every file is sent. */
    public static Reuse off() {
        return new Reuse(Proof.NONE, USUAL_LEAST);
    }

    /** Files are taken that a listing shows to be as they were delivered. */
    public static Reuse listed() {
        return new Reuse(Proof.LISTING, USUAL_LEAST);
    }

    /** Files are taken whose content was read and compared as well. */
    public static Reuse compared() {
        return new Reuse(Proof.CONTENT, USUAL_LEAST);
    }

    /** Returns the same for live releases of at least so many bytes. */
    public Reuse atLeast(long bytes) {
        return new Reuse(proof, bytes);
    }

    /** Returns whether nothing is ever taken. */
    public boolean isOff() {
        return proof == Proof.NONE;
    }
}
