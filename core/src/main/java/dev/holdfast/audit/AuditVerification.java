package dev.holdfast.audit;

import java.util.Optional;

/**
 * What a look through the sealed audit found.
 *
 * @param broken the first that is wrong, from the oldest on; empty if all is as it was sealed
 * @param pruned how many of the oldest sealed entries were pruned, and are not looked at
 * @param verified how many sealed entries are as they were sealed, up to the first that is wrong
 * @param unsealed how many entries are not sealed yet, and could be changed without a trace
 * @param checkpoint where the chain stands; to be kept only where nothing is broken
 */
public record AuditVerification(
        Optional<Broken> broken, long pruned, long verified, long unsealed, AuditCheckpoint checkpoint) {

    /** Returns whether nothing is wrong. */
    public boolean isIntact() {
        return broken.isEmpty();
    }

    /** What can be wrong. */
    public enum Kind {
        /** An entry, or its seal, is not what it was. */
        CHANGED,
        /** A sealed entry is gone. */
        DELETED,
        /** There is an entry between sealed ones that was never sealed. */
        INSERTED,
        /** Seals are not in the order of their entries. */
        REORDERED,
        /** A seal is gone between others. */
        SEAL_MISSING,
        /** The end of the chain is gone, or the record of where it stands is not what it was. */
        CUT,
        /** The chain fits together, and is another one than that of the checkpoint. */
        REPLACED,
        /** The entries of the checkpoint were pruned, so that nothing can be said about it: give a newer one. */
        CHECKPOINT_PRUNED
    }

    /**
     * The first that is wrong.
     *
     * @param kind what
     * @param number its number in the chain
     * @param entry the number of the entry, {@link dev.holdfast.spi.store.AuditLog.AuditEntry#id()}; 0 where it is not
     *     known
     * @param text what was found, for people
     */
    public record Broken(Kind kind, long number, long entry, String text) {}
}
