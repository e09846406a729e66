package dev.holdfast.spi.trust;

import java.time.Instant;
import java.util.Set;

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
}
