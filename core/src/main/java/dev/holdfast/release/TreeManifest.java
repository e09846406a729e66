package dev.holdfast.release;

import dev.holdfast.spi.TreeDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tree consists of: path, type, mode and content hash of every entry, and the one digest over all of it.
 *
 * <p>The digest is unambiguous: SHA-256 over the entries in the order of their paths (as UTF-16 code units), each as
 * type byte, mode as four octal digits, length of the path in UTF-8 as a 4-byte big-endian number, the path, and the 32
 * bytes of its content hash (SHA-256 of a file's bytes or of a link's target in UTF-8; zeros for a directory).
 * Directories that are only implied by a path count like those that are listed, so a tree read back from a target gives
 * the same digest.
 */
record TreeManifest(SortedMap<String, Item> items) {

    private static final byte[] NO_CONTENT = new byte[32];

    TreeManifest {
        items = Collections.unmodifiableSortedMap(new TreeMap<>(items));
    }

    enum Type {
        FILE("file"),
        EXECUTABLE("exec"),
        LINK("link"),
        DIRECTORY("dir");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        String mode() {
            return switch (this) {
                case FILE -> "0644";
                case LINK -> "0777";
                case EXECUTABLE, DIRECTORY -> "0755";
            };
        }

        static Optional<Type> of(String word) {
            return Arrays.stream(values())
                    .filter(type -> type.word.equals(word))
                    .findFirst();
        }
    }

    /** One entry: its type and the hex form of its content hash, empty for a directory. */
    record Item(Type type, String hash) {

        private byte[] bytes() {
            return hash.isEmpty() ? NO_CONTENT : HexFormat.of().parseHex(hash);
        }
    }

    static Item directory() {
        return new Item(Type.DIRECTORY, "");
    }

    static Item link(String target) {
        return new Item(Type.LINK, HexFormat.of().formatHex(sha256().digest(target.getBytes(StandardCharsets.UTF_8))));
    }

    TreeDigest digest() {
        MessageDigest sha = sha256();
        items.forEach((path, item) -> {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            sha.update((byte) item.type().word().charAt(0));
            sha.update(item.type().mode().getBytes(StandardCharsets.US_ASCII));
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
            sha.update(name);
            sha.update(item.bytes());
        });
        return new TreeDigest("sha256:" + HexFormat.of().formatHex(sha.digest()));
    }

    /** Reads a file's content to its end. */
    static String hash(InputStream content) throws IOException {
        MessageDigest sha = sha256();
        content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha));
        return HexFormat.of().formatHex(sha.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
