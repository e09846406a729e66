package dev.holdfast.spi.trust;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** One object of a git repository, byte for byte, without git's own header. */
public final class GitObject {

    private final Kind kind;
    private final byte[] content;

    /** What an object is. */
    public enum Kind {
        /** A commit. */
        COMMIT,
        /** An annotated tag. */
        TAG
    }

    private GitObject(Kind kind, byte[] content) {
        this.kind = kind;
        this.content = content.clone();
    }

    /** Returns a commit. */
    public static GitObject commit(byte[] content) {
        return new GitObject(Kind.COMMIT, content);
    }

    /** Returns an annotated tag. */
    public static GitObject tag(byte[] content) {
        return new GitObject(Kind.TAG, content);
    }

    /** Returns what it is. */
    public Kind kind() {
        return kind;
    }

    /** Returns a copy of its bytes. */
    public byte[] content() {
        return content.clone();
    }

    /** Returns the id that git gives it, computed from its bytes: 40 hex digits. */
    public String id() {
        String header = (kind == Kind.COMMIT ? "commit " : "tag ") + content.length + '\0';
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(header.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(sha1.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GitObject that && kind == that.kind && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return kind + " " + id();
    }
}
