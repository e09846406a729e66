package dev.holdfast.spi.image;

import dev.holdfast.spi.internal.Text;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The digest of a manifest, an index or a configuration: {@code sha256:} and 64 lower-case hex digits (OCI image
 * specification 1.1, "Digests"). The same digest always means the same bytes.
 *
 * @param value the whole text
 */
public record ImageDigest(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("sha256:[0-9a-f]{64}");

    /** Refuses anything but a full digest. */
    public ImageDigest {
        Text.matching(GRAMMAR, "image digest", value, "give the full digest: sha256:<64 lower-case hex digits>");
    }

    /** Returns the digest of that text. */
    public static ImageDigest of(String value) {
        return new ImageDigest(value);
    }

    /** Returns the digest of {@code content}, which is how a registry's answer is checked. */
    public static ImageDigest ofContent(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new ImageDigest("sha256:" + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
