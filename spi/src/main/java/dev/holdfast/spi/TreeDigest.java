package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * The digest of a whole delivered tree: {@code sha256:} and 64 hex digits. How it is computed stands in
 * {@code docs/contract.md}.
 *
 * @param value the digest
 */
public record TreeDigest(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("sha256:[0-9a-f]{64}");

    /** Refuses anything but a digest. */
    public TreeDigest {
        Text.matching(GRAMMAR, "tree digest", value, "write sha256: and 64 lower-case hex digits");
    }

    @Override
    public String toString() {
        return value;
    }
}
