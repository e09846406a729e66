package dev.holdfast.audit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.store.AuditSeal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the chain over the audit stood at a time: one line of text, to be kept outside the database, and signed by
 * whoever likes to. Whoever can write to the database can make a new chain there; none that ends in this hash.
 *
 * @param number how many entries are sealed, since the first
 * @param entry the number of the last of them, {@link dev.holdfast.spi.store.AuditLog.AuditEntry#id()}
 * @param hash over all of them, 64 hex digits
 * @param at when this was read, by the node's clock
 */
public record AuditCheckpoint(long number, long entry, String hash, Instant at) {

    private static final Pattern TEXT =
            Pattern.compile("holdfast-audit (\\d{1,18}) (-?\\d{1,18}) ([0-9a-f]{64}) (\\S{1,40})");

    static AuditCheckpoint of(AuditSeal seal, Instant at) {
        return new AuditCheckpoint(seal.number(), seal.entry(), seal.hash(), at);
    }

    /**
     * Reads what {@link #toString} wrote; space around it is passed over.
     *
     * @throws PermanentException if it is something else
     */
    public static AuditCheckpoint parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        try {
            if (parts.matches()) {
                return new AuditCheckpoint(
                        Long.parseLong(parts.group(1)),
                        Long.parseLong(parts.group(2)),
                        parts.group(3),
                        Instant.parse(parts.group(4)));
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw PermanentException.invalid(
                "checkpoint", text, "give the line as it was exported: holdfast-audit NUMBER ENTRY HASH TIME");
    }

    /** Returns one line: {@code holdfast-audit NUMBER ENTRY HASH TIME}. */
    @Override
    public String toString() {
        return "holdfast-audit " + number + " " + entry + " " + hash + " " + at;
    }
}
