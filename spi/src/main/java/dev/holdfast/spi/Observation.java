package dev.holdfast.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * What was last seen of an install on its target, beside what is recorded of it.
 *
 * @param key which install
 * @param condition how its live path compares with the record
 * @param detail what differs, for people; empty where nothing does
 * @param since when it was first seen so, or when it was delivered
 * @param lookedAt when somebody last looked at what the live path names, or delivered it
 * @param verifiedAt when its content was last compared, or delivered
 * @param dueAt when somebody looks again
 * @param failures how many looks in a row failed since
 * @param lastError why the last look failed; empty after one that went well
 */
public record Observation(
        InstallKey key,
        Condition condition,
        String detail,
        Instant since,
        Instant lookedAt,
        Instant verifiedAt,
        Instant dueAt,
        int failures,
        Optional<String> lastError) {

    /** How what stands on a target compares with the record. */
    public enum Condition {
        /** The release that is recorded is live, and no look has found a file that differs. */
        INTACT,
        /** Nothing stands at the live path: removed, or the container was made anew without it. */
        MISSING,
        /** The release that is recorded is live, with files that differ from what was delivered. */
        TAMPERED,
        /** The live path names a release whose marker is missing or cannot be read. */
        UNMARKED,
        /** Something else stands at the live path: another release, or nothing of ours. */
        FOREIGN;

        /** Returns whether the target differs from the record. */
        public boolean differs() {
            return this != INTACT;
        }
    }
}
