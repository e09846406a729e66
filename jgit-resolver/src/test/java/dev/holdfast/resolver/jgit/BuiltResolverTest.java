package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuiltResolverTest {

    @TempDir
    private Path directory;

    @Test
    void whatIsBuiltKeepsItsSettingsWhenItsBuilderGoesOn() throws Exception {
        AtomicInteger own = new AtomicInteger();
        AtomicInteger later = new AtomicInteger();
        try (RawServer server = new RawServer((request, exchange) -> exchange.begin("Content-Type: text/html\r\n"))) {
            JGitResolverBuilder builder =
                    JGitResolver.builder(directory).allowHttp(server.host()).credentials(host -> counted(own));
            try (JGitResolver first = builder.build();
                    JGitResolver second =
                            builder.credentials(host -> counted(later)).build()) {
                Source source = Source.parse("git+http://" + server.host() + "/acme/greeter#ref:main");

                assertThatThrownBy(() -> first.resolve(
                                first.upstream(source),
                                Set.of(TrackedRef.ref("main")),
                                Deadline.after(Duration.ofSeconds(10))))
                        .isInstanceOf(HoldfastException.class);

                assertThat(second).isNotNull();
                assertThat(own).hasPositiveValue();
                assertThat(later).hasValue(0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://git.internal/x.git, Git.Internal:80",
        "http://git.internal:80/x.git, git.internal",
        "http://git.internal:8080/x.git, git.internal:8080",
        "git://git.internal/x.git, git.internal:9418",
        "git://git.internal:9418/x.git, git.internal",
        "git://[::1]/x.git, [::1]:9418",
    })
    void allowsAHostThatIsNamedWithItsSchemesOwnPort(URI url, String host) {
        JGitResolverBuilder builder = JGitResolver.builder(directory);
        JGitResolverBuilder allowing =
                url.getScheme().equals("git") ? builder.allowGitProtocol(host) : builder.allowHttp(host);
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));

        try (RemoteAccess access = new RemoteAccess(allowing.access());
                GitRemote remote = access.open(new GitLocation(url), deadline)) {
            assertThat(remote).isNotNull();
        }
    }

    @Test
    void allowsNoOtherPortThanTheOneThatIsNamed() {
        JGitResolverBuilder builder = JGitResolver.builder(directory).allowGitProtocol("git.internal:80");

        try (RemoteAccess access = new RemoteAccess(builder.access())) {
            assertThatThrownBy(() -> access.open(
                            new GitLocation(URI.create("git://git.internal/x.git")),
                            Deadline.after(Duration.ofMinutes(1))))
                    .hasMessageContaining("allowGitProtocol");
        }
    }

    private static Optional<Credentials> counted(AtomicInteger asked) {
        asked.incrementAndGet();
        return Optional.empty();
    }
}
