package dev.holdfast.resolver.jgit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.testkit.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A plugin whose releases are tags, signed with ssh keys or not. */
final class SignedGreeter {

    private final Path directory;
    private GitRepository repository;

    SignedGreeter(Path directory) {
        this.directory = directory;
        this.repository = made();
    }

    private GitRepository made() {
        Path path = directory.resolve("greeter.git");
        return GitRepository.create(path, Source.parse("git+file://" + path));
    }

    Source source() {
        return repository.source();
    }

    /** Makes a key pair. */
    Path key(String name) {
        Path file = directory.resolve(name);
        try {
            Process process = new ProcessBuilder(
                            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new AssertionError("ssh-keygen failed");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Returns the line of a list of signers. */
    static String line(String name, Path key) {
        try {
            return name + " " + Files.readString(Path.of(key + ".pub"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Revision unsigned(String version) {
        Revision revision = repository.commit(Map.of("a.txt", version));
        repository.annotatedTag(version, revision);
        return revision;
    }

    Revision signed(String version, Path key) {
        Revision revision = repository.commit(Map.of("a.txt", version));
        sign(version, revision, key);
        return revision;
    }

    /** Makes a release that is signed, by its signer's word, at another time. */
    Revision signedAt(String version, Path key, Instant when) {
        Revision revision = repository.commit(Map.of("a.txt", version));
        signedAgain(version, revision, key, when);
        return revision;
    }

    /** Signs the tag of a release anew. */
    void signedAgain(String version, Revision revision, Path key, Instant when) {
        String made = "object " + revision.value() + "\ntype commit\ntag " + version
                + "\ntagger Alice <alice@example.org> " + when.getEpochSecond() + " +0000\n\n" + version + "\n";
        repository.git("update-ref", "refs/tags/" + version, written(made + signature(made, key)));
    }

    private String written(String tag) {
        return repository
                .gitWithInput(tag.getBytes(UTF_8), "hash-object", "-t", "tag", "-w", "--stdin")
                .strip();
    }

    private String signature(String text, Path key) {
        try {
            Path file = Files.writeString(directory.resolve("to-sign"), text);
            Files.deleteIfExists(directory.resolve("to-sign.sig"));
            Process process = new ProcessBuilder(
                            "ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", key.toString(), file.toString())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new AssertionError("ssh-keygen failed");
            }
            return Files.readString(directory.resolve("to-sign.sig"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void sign(String version, Revision revision, Path key) {
        repository.git(
                "-c",
                "gpg.format=ssh",
                "-c",
                "user.signingkey=" + key,
                "tag",
                "-s",
                "-m",
                version,
                version,
                revision.value());
    }

    void tag(String version, Revision revision) {
        repository.annotatedTag(version, revision);
    }

    /** Makes a release that descends from {@code older}, and not from what came after that. */
    void beside(String version, Revision older) {
        String tree = repository.git("rev-parse", older.value() + "^{tree}");
        tag(version, Revision.of(repository.git("commit-tree", "-m", version, "-p", older.value(), tree)));
    }

    void removeTag(String version) {
        repository.removeTag(version);
    }

    /** Puts another repository under the same name. */
    void replace() {
        FileTree.delete(directory.resolve("greeter.git"));
        FileTree.delete(directory.resolve("greeter.git.work"));
        repository = made();
        repository.commit(Map.of("other.txt", "of somebody else"));
    }
}
