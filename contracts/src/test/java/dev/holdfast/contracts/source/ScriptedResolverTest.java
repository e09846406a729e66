package dev.holdfast.contracts.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.ScriptedResolver;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ScriptedResolverTest extends VersionedSourceResolverContract {

    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final ScriptedFixture fixture = new ScriptedFixture(resolver, "acme/greeter");

    @Override
    protected SourceResolver resolver() {
        return resolver;
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        return fixture;
    }

    @Override
    protected Source missing() {
        return Source.parse("scripted://acme/missing");
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }

    @Test
    void failsAsOftenAsItWasToldAndThenWorks() {
        Revision revision = fixture.commit(Map.of("a", "1"));
        resolver.failNext(new TransientException(Reason.UNREACHABLE, "scripted"));

        assertThatThrownBy(() -> content(revision)).hasMessage("scripted");
        assertThat(content(revision)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void hangsUntilTheDeadlineWhileItIsStalled() {
        fixture.commit(Map.of("a", "1"));
        resolver.stall();

        assertThatThrownBy(() -> resolver.resolve(
                        resolver.upstream(fixture.source()), Set.of(HEAD), Deadline.after(Duration.ofMillis(30))))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));

        resolver.release();
        assertThat(resolution(HEAD)).isNotNull();
    }

    @Test
    void writesDownEveryCall() {
        Revision revision = fixture.commit(Map.of("a", "1"));
        resolution(HEAD);
        content(revision);

        assertThat(resolver.calls())
                .containsExactly(
                        "resolve scripted://acme/greeter [ref:HEAD]", "fetch scripted://acme/greeter " + revision);
    }
}
