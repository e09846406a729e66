package dev.holdfast.spi.store;

/**
 * A link of the chain over the audit: it covers one entry and, by the hash of the link before, all entries before it.
 *
 * @param number how many entries it covers since the chain began: 1, 2, 3 without a gap
 * @param entry the number of the entry, {@link AuditLog.AuditEntry#id()}; it rises with the number
 * @param hash over the entry and the hash before, 64 hex digits in lower case
 */
public record AuditSeal(long number, long entry, String hash) {

    /** Before the first entry. */
    public static final AuditSeal NONE = new AuditSeal(0, 0, "0".repeat(64));
}
