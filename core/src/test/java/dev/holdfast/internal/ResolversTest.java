package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a source that no resolver serves. */
final class ResolversTest {

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme/greeter, write github://acme/greeter",
        "https://github.com/acme/greeter.git#tag:v1.0.0, write github://acme/greeter",
        "http://github.com/acme/greeter, write github://acme/greeter",
        "https://git.example.org/acme/greeter, write git+https://git.example.org/acme/greeter",
        "svn://example.org/greeter, give Holdfast a resolver for it"
    })
    void theFormToWriteIsNamed(String pasted, String remedy) {
        Resolvers resolvers = new Resolvers(List.of(new Unasked()));

        assertThatThrownBy(() -> resolvers.upstream(Source.parse(pasted)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_SCHEME))
                .hasMessageEndingWith(remedy);
    }

    /** Nobody asks it: what it serves is all that counts. */
    private static final class Unasked implements SourceResolver {

        @Override
        public Set<String> schemes() {
            return Set.of("github", "git+https");
        }

        @Override
        public Upstream upstream(Source source) {
            throw new AssertionError(source);
        }

        @Override
        public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
            throw new AssertionError(upstream);
        }

        @Override
        public Bundle fetch(Source source, Revision revision, Deadline deadline) {
            throw new AssertionError(source);
        }
    }
}
