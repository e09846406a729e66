package dev.holdfast.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash of a seal: SHA-256 over the hash before, its number, and every column of the entry. Each text has its length
 * before it, so that none can take letters from its neighbour; an absent one has the length -1.
 */
final class SealHash {

    private static final String FORM = "holdfast-audit-1";

    private SealHash() {}

    static AuditSeal next(AuditSeal before, AuditRow row) {
        MessageDigest hash = sha256();
        long number = before.number() + 1;
        add(hash, Optional.of(FORM));
        add(hash, Optional.of(before.hash()));
        add(hash, Optional.of(Long.toString(number)));
        add(hash, Optional.of(Long.toString(row.id())));
        add(hash, Optional.of(row.at().toString()));
        row.texts().forEach(text -> add(hash, text));
        return new AuditSeal(number, row.id(), HexFormat.of().formatHex(hash.digest()));
    }

    private static void add(MessageDigest hash, Optional<String> text) {
        byte[] bytes = text.map(value -> value.getBytes(UTF_8)).orElse(new byte[0]);
        int length = text.isPresent() ? bytes.length : -1;
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        hash.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
