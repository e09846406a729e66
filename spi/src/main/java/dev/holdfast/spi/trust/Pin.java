package dev.holdfast.spi.trust;

import dev.holdfast.spi.Upstream;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is remembered of an upstream, so that a change of it is noticed.
 *
 * @param kind what it is
 * @param values what is accepted: one at first, more after a person accepted another
 * @param actor who set it last
 * @param since when
 */
public record Pin(Kind kind, Set<String> values, String actor, Instant since) {

    /** How many values one pin may have. */
    public static final int MOST = 50;

    /** What is remembered. */
    public enum Kind {
        /** Fingerprints of the keys that signed. */
        SIGNER,
        /** Ids of the first commits of the history. */
        ORIGIN
    }

    /** Copies the set. */
    public Pin {
        values = Set.copyOf(values);
    }

    /**
     * Returns what the audit says of a change to what is remembered of an upstream, for writers of stores.
     *
     * @param values what was set or accepted; empty where it was removed
     * @param note why, for people; may be blank
     */
    public static String changed(Kind kind, Upstream upstream, Set<String> values, String note) {
        return kind + " of " + upstream + ": " + String.join(" ", new TreeSet<>(values))
                + (note.isBlank() ? "" : "; " + note);
    }
}
