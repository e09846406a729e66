package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A repository that names its objects by SHA-256, with one commit on {@code main}. */
final class Sha256Repository {

    private static final String SCRIPT = """
            git init -q --bare --object-format=sha256 -b main "$1" && cd "$1"
            git update-ref refs/heads/main "$(git -c user.name=a -c user.email=a@example.com commit-tree -m x "$(git mktree </dev/null)")"
            """;

    private Sha256Repository() {}

    static Path create(Path directory) {
        try {
            SshServer.run("sh", "-ec", SCRIPT, "sh", directory.toString());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
