package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static Optional<Credentials> counted(AtomicInteger asked) {
        asked.incrementAndGet();
        return Optional.empty();
    }
}
