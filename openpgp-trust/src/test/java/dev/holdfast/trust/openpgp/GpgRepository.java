package dev.holdfast.trust.openpgp;

import dev.holdfast.spi.trust.GitObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A repository and a home of keys, made and used by the programs git and gpg, at whatever time a test says. */
final class GpgRepository implements AutoCloseable {

    private static final DateTimeFormatter FROZEN =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'!'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Path home;

    GpgRepository() {
        try {
            // Short: the agent's socket lies in it, and a socket's path has about a hundred letters at most.
            directory = Files.createTempDirectory("hf-gpg");
            home = home("home");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(new byte[0], "git", "init", "-q", "-b", "main", repository().toString());
    }

    private Path home(String name) throws IOException {
        return Files.createDirectory(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private Path repository() {
        return directory.resolve("repo");
    }

    /** Makes a key and returns its fingerprint. */
    String key(String user, String algorithm, String usage, String ends, Instant made) {
        gpg(home, made, "--passphrase", "", "--quick-generate-key", user, algorithm, usage, ends);
        String listed = gpg(home, made, "--with-colons", "--list-keys", "=" + user);
        return listed.lines()
                .filter(line -> line.startsWith("fpr:"))
                .findFirst()
                .orElseThrow()
                .split(":", -1)[9];
    }

    /** Adds a subkey and returns its fingerprint. */
    String subkey(String key, String algorithm, String usage, String ends, Instant made) {
        gpg(home, made, "--passphrase", "", "--quick-add-key", key, algorithm, usage, ends);
        return gpg(home, made, "--with-colons", "--list-keys", key)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .reduce((one, other) -> other)
                .orElseThrow()
                .split(":", -1)[9];
    }

    /** Revokes a key by the certificate that gpg has made beside it. */
    void revoke(String key, Instant when) {
        try {
            String certificate = Files.readString(home.resolve("openpgp-revocs.d/" + key + ".rev"))
                    .replace(":-----BEGIN", "-----BEGIN");
            Path file = Files.writeString(directory.resolve("revocation"), certificate);
            gpg(home, when, "--import", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets another end of a key, or of its subkeys. */
    void ends(String key, String ends, Instant when, String... subkeys) {
        List<String> arguments = new ArrayList<>(List.of("--passphrase", "", "--quick-set-expire", key, ends));
        arguments.addAll(List.of(subkeys));
        gpg(home, when, arguments.toArray(String[]::new));
    }

    byte[] export(Instant when, String... keys) {
        return gpgRaw(home, when, Stream.concat(Stream.of("--export"), Stream.of(keys)));
    }

    byte[] exportArmored(Instant when, String... keys) {
        return gpgRaw(home, when, Stream.concat(Stream.of("--armor", "--export"), Stream.of(keys)));
    }

    byte[] exportSecret(String key) {
        return gpgRaw(home, Instant.EPOCH.plusSeconds(1_800_000_000L), Stream.of("--export-secret-keys", key));
    }

    GitObject commit(String message, String key, Instant when, String... options) {
        List<String> command = new ArrayList<>(git(home, when, options));
        command.addAll(List.of("-c", "user.signingkey=" + key + "!", "commit", "-q", "--allow-empty", "-m", message));
        command.add(key.isEmpty() ? "--no-gpg-sign" : "-S");
        run(new byte[0], command.toArray(String[]::new));
        return GitObject.commit(cat("commit", "HEAD"));
    }

    GitObject tag(String name, GitObject commit, String key, Instant when) {
        List<String> command = new ArrayList<>(git(home, when));
        command.addAll(List.of(
                "-c", "user.signingkey=" + key + "!", "tag", "-f", "-s", "-m", "Release " + name, name, commit.id()));
        run(new byte[0], command.toArray(String[]::new));
        return GitObject.tag(cat("tag", "refs/tags/" + name));
    }

    private byte[] cat(String type, String name) {
        return run(new byte[0], "git", "-C", repository().toString(), "cat-file", type, name);
    }

    /** Asks git, which asks gpg, at a time, with a ring of its own. */
    boolean gitAccepts(GitObject object, byte[] ring, Instant now) {
        try {
            Path other = home("h" + System.nanoTime());
            Path keys = Files.write(directory.resolve("ring"), ring);
            try {
                gpg(other, now, "--import", keys.toString());
                String type = object.kind() == GitObject.Kind.COMMIT ? "commit" : "tag";
                String id = new String(
                                run(
                                        object.content(),
                                        "git",
                                        "-C",
                                        repository().toString(),
                                        "hash-object",
                                        "-w",
                                        "--literally",
                                        "-t",
                                        type,
                                        "--stdin"),
                                StandardCharsets.US_ASCII)
                        .strip();
                List<String> command = new ArrayList<>(git(other, now));
                command.addAll(List.of("verify-" + type, id));
                run(new byte[0], command.toArray(String[]::new));
                return true;
            } finally {
                stop(other);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AssertionError refused) {
            return false;
        }
    }

    /** With a program in gpg's place that asks it at that time. */
    private List<String> git(Path keys, Instant when, String... options) {
        try {
            Path program = directory.resolve("gpg-at");
            Files.writeString(
                    program,
                    "#!/bin/sh\nexec gpg --homedir '" + keys + "' --batch --no-tty --faked-system-time '"
                            + FROZEN.format(when) + "' " + String.join(" ", options) + " \"$@\"\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            return List.of("git", "-C", repository().toString(), "-c", "gpg.program=" + program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String gpg(Path keys, Instant when, String... arguments) {
        return new String(gpgRaw(keys, when, Stream.of(arguments)), StandardCharsets.UTF_8);
    }

    private byte[] gpgRaw(Path keys, Instant when, Stream<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                keys.toString(),
                "--batch",
                "--no-tty",
                "--yes",
                "--pinentry-mode",
                "loopback",
                "--faked-system-time",
                FROZEN.format(when)));
        command.addAll(arguments.toList());
        return run(new byte[0], command.toArray(String[]::new));
    }

    private byte[] run(byte[] input, String... command) {
        try {
            File errors = directory.resolve("errors").toFile();
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("GPG_"));
            environment.putAll(Map.of(
                    "GIT_CONFIG_NOSYSTEM", "1",
                    "GIT_CONFIG_GLOBAL", "/dev/null",
                    "GIT_AUTHOR_NAME", "Test",
                    "GIT_AUTHOR_EMAIL", "test@example.com",
                    "GIT_COMMITTER_NAME", "Test",
                    "GIT_COMMITTER_EMAIL", "test@example.com"));
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(List.of(command) + " failed: " + Files.readString(errors.toPath()));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void stop(Path keys) {
        run(new byte[0], "gpgconf", "--homedir", keys.toString(), "--kill", "all");
    }

    /** Ends the agent, and forgets everything. */
    @Override
    public void close() {
        stop(home);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
