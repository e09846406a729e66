package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import dev.holdfast.spi.trust.GitObject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a git server hands over to prove a revision. */
final class EvidenceIT extends AgainstGitServer {

    private Evidence evidence(Revision revision, String tag) {
        Optional<String> name = tag.isEmpty() ? Optional.empty() : Optional.of(tag);
        return resolver.evidence(new Question(repository.source(), revision, name), plenty());
    }

    @Test
    void aCommitAndItsTagComeAsTheyAreStored() {
        Revision revision = repository.commit(Map.of("a.txt", "one"));
        repository.annotatedTag("v1.0.0", revision);

        Evidence evidence = evidence(revision, "v1.0.0");

        assertThat(evidence.commit().map(GitObject::id)).contains(revision.value());
        assertThat(evidence.tag().map(GitObject::id)).contains(repository.git("rev-parse", "refs/tags/v1.0.0"));
    }

    @Test
    void aServerThatCannotLeaveOutFilesIsAskedToo() {
        repository.git("config", "uploadpack.allowFilter", "false");
        Revision revision = repository.commit(Map.of("a.txt", "one"));
        repository.annotatedTag("v1.0.0", revision);

        Evidence evidence = evidence(revision, "v1.0.0");

        assertThat(evidence.tag().map(GitObject::kind)).contains(GitObject.Kind.TAG);
        assertThat(content(revision)).containsKey("a.txt");
    }

    @Test
    void aPlainTagIsNoEvidenceBesideItsCommit() {
        Revision revision = repository.commit(Map.of("a.txt", "one"));
        repository.tag("v1.0.0", revision);

        assertThat(evidence(revision, "v1.0.0").tag()).isEmpty();
        assertThat(evidence(revision, "").commit()).isPresent();
    }

    @Test
    void aTagThatWasMovedIsShownWhereItStandsNow() {
        Revision first = repository.commit(Map.of("a.txt", "one"));
        Revision second = repository.commit(Map.of("a.txt", "two"));
        repository.annotatedTag("v1.0.0", second);

        GitObject tag = evidence(first, "v1.0.0").tag().orElseThrow();

        assertThat(new String(tag.content(), java.nio.charset.StandardCharsets.UTF_8))
                .contains(second.value());
    }

    @Test
    void anUnknownRevisionHasNoEvidence() {
        repository.commit(Map.of("a.txt", "one"));

        assertThatThrownBy(() -> evidence(Revision.of("1".repeat(40)), ""))
                .isInstanceOfSatisfying(
                        PermanentException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    }

    @Test
    void whatIsFetchedAsEvidenceDoesNotStandInTheWayOfTheFilesOrTheHistory() {
        Revision first = repository.commit(Map.of("a.txt", "one"));
        Revision second = repository.commit(Map.of("a.txt", "two"));

        evidence(second, "");

        assertThat(content(second)).containsEntry("a.txt", "two");
        assertThat(resolver.history(resolver.upstream(repository.source()), first, second, 10, plenty())
                        .commits())
                .hasSize(1);
    }

    @Test
    void theFirstCommitsTellOneRepositoryFromAnother() {
        Revision first = repository.commit(Map.of("a.txt", "one"));
        Revision second = repository.commit(Map.of("a.txt", "two"));
        Revision stranger = repository.commitTree(repository.git("rev-parse", "HEAD^{tree}"));
        repository.branch("stranger", stranger);

        var upstream = resolver.upstream(repository.source());

        assertThat(resolver.roots(upstream, second, plenty())).containsExactly(first);
        assertThat(resolver.roots(upstream, stranger, plenty())).containsExactly(stranger);
    }
}
