package dev.holdfast.trust;

import dev.holdfast.spi.trust.GitObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A repository and keys, made and used by the programs git and ssh-keygen; both are asked what they hold of a
 * signature.
 */
final class SignedRepository {

    static final String DATE = "2026-03-01T12:00:00Z";

    private final Path directory;

    SignedRepository(Path directory) {
        this.directory = directory;
        run(
                new byte[0],
                "git",
                "init",
                "-q",
                "-b",
                "main",
                directory.resolve("repo").toString());
    }

    /** Makes a key pair and returns its private half. */
    Path key(String name, String... type) {
        Path file = directory.resolve(name);
        List<String> command =
                new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-C", name, "-f", file.toString()));
        command.addAll(List.of(type));
        run(new byte[0], command.toArray(String[]::new));
        return file;
    }

    /** Returns type and key, as they stand in lists of signers. */
    static String line(Path key) {
        try {
            return Files.readString(Path.of(key + ".pub")).replaceFirst(" [^ ]*\\s*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits nothing with that message, signed with a key or, without one, not. */
    String commit(String message, Path... key) {
        List<String> command = new ArrayList<>(signing(key));
        command.addAll(List.of("commit", "-q", "--allow-empty", "-m", message));
        if (key.length > 0) {
            command.add("-S");
        }
        git(command.toArray(String[]::new));
        return git("rev-parse", "HEAD");
    }

    /** Makes an annotated tag and returns the id of its object. */
    String tag(String name, String target, Path... key) {
        List<String> command = new ArrayList<>(signing(key));
        command.addAll(List.of("tag", "-f", key.length > 0 ? "-s" : "-a", "-m", "Release " + name, name, target));
        git(command.toArray(String[]::new));
        return git("rev-parse", "refs/tags/" + name);
    }

    private static List<String> signing(Path... key) {
        return key.length == 0 ? List.of() : List.of("-c", "gpg.format=ssh", "-c", "user.signingkey=" + key[0]);
    }

    GitObject commitObject(String id) {
        return GitObject.commit(runRaw(new byte[0], command("cat-file", "commit", id)));
    }

    GitObject tagObject(String id) {
        return GitObject.tag(runRaw(new byte[0], command("cat-file", "tag", id)));
    }

    /** Writes an object as it is, and returns its id. */
    String write(GitObject object) {
        String type = object.kind() == GitObject.Kind.COMMIT ? "commit" : "tag";
        return new String(
                        runRaw(object.content(), command("hash-object", "-w", "--literally", "-t", type, "--stdin")),
                        StandardCharsets.US_ASCII)
                .strip();
    }

    /** Returns a signature by ssh-keygen, armored. */
    String signature(byte[] payload, String namespace, Path key) {
        return new String(
                runRaw(payload, "ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key.toString()),
                StandardCharsets.US_ASCII);
    }

    /** Asks git, which asks ssh-keygen, whether an object is signed by one of these, and none of those. */
    boolean gitAccepts(GitObject object, String signers, String revoked) {
        String verify = object.kind() == GitObject.Kind.COMMIT ? "verify-commit" : "verify-tag";
        try {
            Path allowed = Files.writeString(directory.resolve("allowed"), signers);
            Path gone = Files.writeString(directory.resolve("revoked"), revoked);
            run(
                    new byte[0],
                    command(
                            "-c",
                            "gpg.ssh.allowedSignersFile=" + allowed,
                            "-c",
                            "gpg.ssh.revocationFile=" + (revoked.isEmpty() ? "" : gone),
                            verify,
                            write(object)));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AssertionError refused) {
            return false;
        }
    }

    String git(String... arguments) {
        return run(new byte[0], command(arguments));
    }

    private String[] command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-C", directory.resolve("repo").toString()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private String run(byte[] input, String... command) {
        return new String(runRaw(input, command), StandardCharsets.UTF_8).stripTrailing();
    }

    private byte[] runRaw(byte[] input, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.redirectError(directory.resolve("errors").toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("SSH_"));
            environment.putAll(Map.of(
                    "TZ", "UTC",
                    "GIT_CONFIG_NOSYSTEM", "1",
                    "GIT_CONFIG_GLOBAL", "/dev/null",
                    "GIT_AUTHOR_NAME", "Test",
                    "GIT_AUTHOR_EMAIL", "test@example.com",
                    "GIT_COMMITTER_NAME", "Test",
                    "GIT_COMMITTER_EMAIL", "test@example.com",
                    "GIT_AUTHOR_DATE", DATE,
                    "GIT_COMMITTER_DATE", DATE));
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(
                        List.of(command) + " failed: " + Files.readString(directory.resolve("errors")));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
