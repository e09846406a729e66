package dev.holdfast.examples.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.DeflaterOutputStream;

/** Writes objects into a repository that git itself would not make. */
final class GitObjects {

    private static final String WHO = "Test <test@example.com> 1767225600 +0000\n";

    private final Path directory;

    private GitObjects(Path directory) {
        this.directory = directory;
    }

    /** Returns the objects of a bare repository; makes one if there is none. */
    static GitObjects in(Path directory) {
        try {
            Files.createDirectories(directory.resolve("objects"));
            Files.createDirectories(directory.resolve("refs/heads"));
            Files.writeString(directory.resolve("HEAD"), "ref: refs/heads/main\n");
            return new GitObjects(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String blob(String text) {
        return blob(text.getBytes(StandardCharsets.UTF_8));
    }

    String blob(byte[] content) {
        return write("blob", content);
    }

    /** One entry of a tree; its name is written in UTF-8. */
    static byte[] entry(String mode, String name, String id) {
        return entry(mode, name.getBytes(StandardCharsets.UTF_8), id);
    }

    static byte[] entry(String mode, byte[] name, String id) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.writeBytes((mode + " ").getBytes(StandardCharsets.US_ASCII));
        raw.writeBytes(name);
        raw.write(0);
        raw.writeBytes(HexFormat.of().parseHex(id));
        return raw.toByteArray();
    }

    String tree(byte[]... entries) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            raw.writeBytes(entry);
        }
        return write("tree", raw.toByteArray());
    }

    /** Lets {@code main} stand at a commit of that tree. */
    void commit(String tree) {
        String text = "tree " + tree + "\nauthor " + WHO + "committer " + WHO + "\nhostile\n";
        String commit = write("commit", text.getBytes(StandardCharsets.UTF_8));
        try {
            Files.writeString(directory.resolve("refs/heads/main"), commit + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a blob whose header says another size than its content has, under the id that an honest one would have.
     */
    String lyingBlob(long size, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return store(id("blob", bytes), "blob " + size + "\0", bytes);
    }

    private String write(String type, byte[] content) {
        return store(id(type, content), type + " " + content.length + "\0", content);
    }

    private static String id(String type, byte[] content) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            sha.update((type + " " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(sha.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private String store(String id, String header, byte[] content) {
        Path file = directory.resolve("objects").resolve(id.substring(0, 2)).resolve(id.substring(2));
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(raw)) {
            deflated.write(header.getBytes(StandardCharsets.US_ASCII));
            deflated.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, raw.toByteArray());
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
