package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.sshd.common.SshException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors of this JVM, which tell nothing of a server. */
final class FailuresTest {

    private static final GitLocation AT = new GitLocation(URI.create("git+ssh://git@git.example.com/a.git"));
    private final Error error = new StackOverflowError("said by a test");

    /** Known failure: each was told as a server that cannot be reached, and asked again for ever. */
    @Test
    void anErrorThatALibraryHasWrappedIsPassedOn() {
        Throwable wrapped = new TransportException("cannot connect", new SshException("no session", error));

        assertThatThrownBy(() -> Failures.of(AT, plenty(), text -> text, wrapped))
                .isSameAs(error);
        assertThatThrownBy(() -> SshAccess.failure(AT, wrapped)).isSameAs(error);
        assertThatThrownBy(() -> Failures.unreachable(AT, wrapped)).isSameAs(error);
    }

    /** Known failure: the repository counted as in use for ever, so nobody could tidy it up or drop it. */
    @Test
    void anErrorInAFetchLeavesTheRepositoryUnused(@TempDir Path directory) throws IOException {
        try (GitCache cache = new GitCache(directory, 1 << 20)) {
            GitFetch fetch = new GitFetch(cache, (location, deadline) -> {
                throw error;
            });
            GitSource source = new GitSource(AT, "");

            assertThatThrownBy(() -> fetch.fetch(source, ObjectId.fromString("a".repeat(40)), plenty()))
                    .isSameAs(error);

            Path marker;
            try (CachedRepository use = cache.use(AT, plenty())) {
                marker = Files.writeString(
                        use.repository().getDirectory().toPath().resolve("marker"), "");
                use.suspect();
            }
            cache.use(AT, plenty()).close();
            assertThat(marker).as("what a damaged copy held").doesNotExist();
        }
    }

    private static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(1));
    }
}
