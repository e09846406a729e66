package dev.holdfast.spi.store;

import java.util.List;

/**
 * Keeps the seals of audit entries, and says which entries can be sealed. It computes no hash and judges nothing:
 * Holdfast does, so that a store whose tables were changed cannot say otherwise. Safe for use by several nodes at once.
 */
public interface AuditChain {

    /** Returns where the chain stands. */
    Head head();

    /**
     * Returns the entries to seal next, ordered by number: those behind the newest seal, as far as no transaction that
     * is still under way, or was lost from sight, can add an entry before them. It writes no more than a note for the
     * next call, and nothing where nothing is new.
     *
     * @param max from 1 to 10,000
     * @return no rows where there is nothing new, or where it must wait for a writer
     */
    Unsealed unsealed(int max);

    /**
     * Adds seals if the newest is still {@code after}.
     *
     * @param seals ordered by number, the first with the number after that
     * @return false if another node was first; then nothing was written
     */
    boolean extend(AuditSeal after, List<AuditSeal> seals);

    /**
     * Reads a part of the chain.
     *
     * @param after the seal before the first to read
     * @param max how many seals, from 1 to 10,000
     */
    Stretch read(AuditSeal after, int max);

    /**
     * Where the chain stands.
     *
     * @param newest the newest seal; {@link AuditSeal#NONE} where nothing was sealed, or where the record of it is gone
     * @param kept the last seal whose entry was pruned, {@link AuditSeal#NONE} if none was: what is kept begins behind
     *     it
     * @param unsealed how many entries are behind the newest seal
     */
    record Head(AuditSeal newest, AuditSeal kept, long unsealed) {}

    /**
     * What can be sealed.
     *
     * @param after the newest seal
     * @param rows the entries to seal, ordered by number
     */
    record Unsealed(AuditSeal after, List<AuditRow> rows) {

        /** Copies the list. */
        public Unsealed {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A part of the chain.
     *
     * @param seals ordered by number
     * @param rows the entries behind that of {@code after} up to the highest of the seals, sealed or not, ordered by
     *     number; where {@code after} is what is kept begins behind, all up to there. At most one more than seals: so
     *     many show that there are too many
     */
    record Stretch(List<AuditSeal> seals, List<AuditRow> rows) {

        /** Copies the lists. */
        public Stretch {
            seals = List.copyOf(seals);
            rows = List.copyOf(rows);
        }
    }
}
