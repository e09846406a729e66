package dev.holdfast.contracts.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceHistory.Commit;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceHistory.Relation;
import dev.holdfast.spi.source.SourceResolver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a resolver whose sources have a history promises of it. Extend it beside
 * {@link VersionedSourceResolverContract}.
 */
public abstract class SourceHistoryContract {

    private Revision first;
    private Revision second;
    private Revision third;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // set before each case
    protected SourceHistoryContract() {}

    /** Returns the resolver under test, which implements {@link SourceHistory}. */
    protected abstract SourceResolver resolver();

    /** Returns a source of its own for each case. */
    protected abstract SourceFixture.Versioned fixture();

    @BeforeEach
    final void threeCommits() {
        first = fixture().commit(Map.of("SKILL.md", "one"));
        second = fixture().commit(Map.of("SKILL.md", "two"));
        third = fixture().commit(Map.of("SKILL.md", "three"));
        fixture().branch("main", third);
    }

    private History history(Revision from, Revision to, int max) {
        Upstream upstream = resolver().upstream(fixture().source());
        return ((SourceHistory) resolver()).history(upstream, from, to, max, Deadline.after(Duration.ofMinutes(1)));
    }

    @Test
    void aLaterCommitDescendsFromAnEarlierOne() {
        History history = history(first, third, 10);

        assertThat(history.relation()).isEqualTo(Relation.DESCENDANT);
        assertThat(history.commits()).extracting(Commit::revision).containsExactly(third, second);
        assertThat(history.commits()).allSatisfy(commit -> {
            assertThat(commit.subject()).startsWith("Commit ");
            assertThat(commit.author()).isNotBlank();
        });
    }

    @Test
    void anEarlierCommitDoesNotDescendFromALaterOne() {
        History history = history(third, first, 10);

        assertThat(history.relation()).isEqualTo(Relation.REWRITTEN);
        assertThat(history.commits()).extracting(Commit::revision).containsExactly(first);
    }

    @Test
    void whatWasNeverThereIsNoAncestor() {
        assertThat(history(Revision.of("e".repeat(40)), third, 10).relation()).isEqualTo(Relation.REWRITTEN);
    }

    @Test
    void noMoreCommitsComeThanWereAskedFor() {
        assertThat(history(first, third, 1).commits())
                .extracting(Commit::revision)
                .containsExactly(third);
    }

    @Test
    void aRevisionThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> history(first, Revision.of("f".repeat(40)), 10))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    }
}
