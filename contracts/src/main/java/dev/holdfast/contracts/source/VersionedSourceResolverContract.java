package dev.holdfast.contracts.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What resolvers of sources with tags, branches and a history promise on top of {@link SourceResolverContract}. */
public abstract class VersionedSourceResolverContract extends SourceResolverContract {

    /** {@inheritDoc} */
    @Override
    protected abstract SourceFixture.Versioned fixture();

    @Test
    void resolvesATagAndABranchByTheirShortNames() {
        Revision first = fixture().commit(Map.of("a", "1"));
        Revision second = fixture().commit(Map.of("a", "2"));
        fixture().tag("v1.0.0", first);
        fixture().branch("feature/one", second);

        assertThat(resolution(TrackedRef.tag("v1.0.0"))).isEqualTo(Resolution.found(first, "v1.0.0"));
        assertThat(resolution(TrackedRef.ref("feature/one"))).isEqualTo(Resolution.found(second));
    }

    @Test
    void resolvesAFullRefName() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        fixture().branch("stable", revision);
        fixture().tag("v1", revision);

        assertThat(resolution(TrackedRef.ref("refs/heads/stable"))).isEqualTo(Resolution.found(revision));
        assertThat(resolution(TrackedRef.ref("refs/tags/v1"))).isEqualTo(Resolution.found(revision));
    }

    @Test
    void doesNotTakeABranchForATagNorATagForABranch() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        fixture().branch("only-branch", revision);
        fixture().tag("only-tag", revision);

        assertThat(resolution(TrackedRef.tag("only-branch"))).isEqualTo(Resolution.absent());
        assertThat(resolution(TrackedRef.ref("only-tag"))).isEqualTo(Resolution.absent());
    }

    @Test
    void doesNotTakeALongerNameForTheOneAskedFor() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        fixture().tag("v1.0.1", revision);
        fixture().branch("release/1", revision);

        assertThat(resolution(TrackedRef.tag("v1.0"))).isEqualTo(Resolution.absent());
        assertThat(resolution(TrackedRef.ref("release"))).isEqualTo(Resolution.absent());
    }

    @Test
    void peelsAnnotatedTagsToTheRevision() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        fixture().annotatedTag("v1.0.0", revision);

        assertThat(resolution(TrackedRef.tag("v1.0.0"))).isEqualTo(Resolution.found(revision, "v1.0.0"));
        assertThat(resolution(TrackedRef.ref("refs/tags/v1.0.0"))).isEqualTo(Resolution.found(revision));
    }

    @Test
    void givesAllTagsPeeledToRefsThatPickAVersion() {
        Revision first = fixture().commit(Map.of("a", "1"));
        Revision second = fixture().commit(Map.of("a", "2"));
        fixture().tag("v1.0.0", first);
        fixture().annotatedTag("v1.1.0", second);
        fixture().tag("nightly", second);

        Resolution all = new Resolution.Tags(Map.of("v1.0.0", first, "v1.1.0", second, "nightly", second));

        assertThat(resolution(TrackedRef.latestTag())).isEqualTo(all);
        assertThat(resolution(TrackedRef.semver("^1.0"))).isEqualTo(all);
    }

    @Test
    void seesATagThatWasMovedAndOneThatWasRemoved() {
        Revision first = fixture().commit(Map.of("a", "1"));
        Revision second = fixture().commit(Map.of("a", "2"));
        fixture().tag("moving", first);
        fixture().tag("going", first);
        assertThat(resolution(TrackedRef.tag("moving"))).isEqualTo(Resolution.found(first, "moving"));

        fixture().tag("moving", second);
        fixture().removeTag("going");

        assertThat(resolution(TrackedRef.tag("moving"))).isEqualTo(Resolution.found(second, "moving"));
        assertThat(resolution(TrackedRef.tag("going"))).isEqualTo(Resolution.absent());
    }

    @Test
    void answersAllKindsOfRefsInOneQuestion() {
        Revision first = fixture().commit(Map.of("a", "1"));
        Revision second = fixture().commit(Map.of("a", "2"));
        fixture().tag("v1", first);
        TrackedRef tag = TrackedRef.tag("v1");
        TrackedRef latest = TrackedRef.latestTag();

        Map<TrackedRef, Resolution> answers =
                resolver().resolve(resolver().upstream(fixture().source()), Set.of(HEAD, tag, latest), plenty());

        assertThat(answers)
                .containsOnly(
                        Map.entry(HEAD, Resolution.found(second)),
                        Map.entry(tag, Resolution.found(first, "v1")),
                        Map.entry(latest, new Resolution.Tags(Map.of("v1", first))));
    }

    @Test
    void fetchesExactlyTheRevisionAlthoughTheRefHasMovedMeanwhile() {
        Revision first = fixture().commit(Map.of("a", "1", "old", "x"));
        fixture().tag("v1", first);
        Revision second = fixture().commit(Map.of("a", "2"));
        fixture().tag("v1", second);

        assertThat(content(first)).isEqualTo(Map.of("a", "1", "old", "x"));
        assertThat(content(second)).isEqualTo(Map.of("a", "2"));
    }
}
