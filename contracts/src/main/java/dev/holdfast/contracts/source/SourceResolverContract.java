package dev.holdfast.contracts.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SourceResolver} promises. Extend it, give it a resolver and a fresh upstream, and run it with
 * JUnit; sources that have tags and keep their history extend {@link VersionedSourceResolverContract} instead.
 */
public abstract class SourceResolverContract {

    /** The default line of a source. */
    protected static final TrackedRef HEAD = TrackedRef.ref("HEAD");

    private static final int READERS = 8;

    /** Returns the resolver under test. */
    protected abstract SourceResolver resolver();

    /** Returns an upstream that nobody else uses, and the same one for the whole of one test. */
    protected abstract SourceFixture fixture();

    /** Returns a source of the same kind that does not exist. */
    protected abstract Source missing();

    /** Returns a revision in the form the resolver uses that no upstream has. */
    protected abstract Revision unknownRevision();

    /** Returns a deadline that no test reaches. */
    protected static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    /** Returns what one ref of the fixture stands at now. */
    protected final Resolution resolution(TrackedRef ref) {
        Map<TrackedRef, Resolution> answers = resolver().resolve(upstream(), Set.of(ref), plenty());
        assertThat(answers).containsOnlyKeys(ref);
        return Objects.requireNonNull(answers.get(ref));
    }

    /** Returns the content of a revision of the fixture, as {@link BundleContent#of} gives it. */
    protected final Map<String, String> content(Revision revision) {
        try (Bundle bundle = resolver().fetch(fixture().source(), revision, plenty())) {
            return BundleContent.of(bundle);
        }
    }

    private Upstream upstream() {
        return resolver().upstream(fixture().source());
    }

    @Test
    void answersForTheSchemeOfItsSources() {
        assertThat(resolver().schemes()).contains(fixture().source().scheme());
        assertThat(resolver().schemes()).isEqualTo(resolver().schemes());
    }

    @Test
    void givesOneUpstreamToAllRefsOfASource() {
        Source source = fixture().source();

        assertThat(resolver().upstream(source.at(TrackedRef.tag("v1"))))
                .isEqualTo(resolver().upstream(source));
    }

    @Test
    void namesTheUpstreamOfASourceThatDoesNotExist() {
        assertThat(resolver().upstream(missing()).key()).isNotBlank();
    }

    @Test
    void resolvesTheDefaultLineToWhatWasCommittedLast() {
        fixture().commit(Map.of("a", "1"));
        Revision second = fixture().commit(Map.of("a", "2"));

        assertThat(resolution(HEAD)).isEqualTo(Resolution.found(second));
    }

    @Test
    void answersEveryRefItIsAskedForAndNoOther() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        Set<TrackedRef> refs = Set.of(
                HEAD,
                TrackedRef.tag("no-such-tag"),
                TrackedRef.ref("no-such-branch"),
                TrackedRef.ref("refs/no/such"),
                TrackedRef.latestTag(),
                TrackedRef.semver("^1.2"),
                TrackedRef.sha(revision.value()));

        assertThat(resolver().resolve(upstream(), refs, plenty())).containsOnlyKeys(refs);
    }

    @Test
    void answersARefThatIsNotThereWithAbsentAndNotWithAnError() {
        fixture().commit(Map.of("a", "1"));

        assertThat(resolution(TrackedRef.tag("no-such-tag"))).isEqualTo(Resolution.absent());
        assertThat(resolution(TrackedRef.ref("no-such-branch"))).isEqualTo(Resolution.absent());
        assertThat(resolution(TrackedRef.ref("refs/no/such"))).isEqualTo(Resolution.absent());
    }

    @Test
    void answersRefsThatPickAVersionWithAllTags() {
        fixture().commit(Map.of("a", "1"));

        assertThat(resolution(TrackedRef.latestTag())).isInstanceOf(Resolution.Tags.class);
        assertThat(resolution(TrackedRef.semver("^1.2"))).isInstanceOf(Resolution.Tags.class);
    }

    @Test
    void resolvesAFullRevisionToItself() {
        Revision revision = fixture().commit(Map.of("a", "1"));

        assertThat(resolution(TrackedRef.sha(revision.value()))).isEqualTo(Resolution.found(revision));
    }

    @Test
    void reportsASourceThatDoesNotExistAsAnErrorAndNotAsAbsent() {
        Upstream nowhere = resolver().upstream(missing());

        assertThatThrownBy(() -> resolver().resolve(nowhere, Set.of(HEAD), plenty()))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND));
    }

    @Test
    void givesPathsContentsModesAndLinksAsTheyAre() {
        Map<String, String> files = Map.of(
                "README", "hello\n",
                "bin/run*", "#!/bin/sh\n",
                "deep/er/file", "",
                "latest", "-> deep/er/file",
                "outside", "-> /etc/passwd");

        Revision revision = fixture().commit(files);

        assertThat(content(revision)).isEqualTo(files);
    }

    @Test
    void givesEqualEntriesInEveryPass() throws IOException {
        Revision revision = fixture().commit(Map.of("a", "1", "b/c", "2", "b/d", "3"));

        try (Bundle bundle = resolver().fetch(fixture().source(), revision, plenty())) {
            List<BundleEntry> first = entries(bundle);

            assertThat(entries(bundle)).isNotEmpty().isEqualTo(first);
        }
    }

    @Test
    void survivesAReaderThatSkipsContentsAndStopsMidway() throws IOException {
        Revision revision = fixture().commit(Map.of("a", "first", "b", "second", "c", "third"));

        try (Bundle bundle = resolver().fetch(fixture().source(), revision, plenty())) {
            try (Bundle.Entries entries = bundle.open()) {
                entries.next();
                BundleEntry second = nextFile(entries);
                assertThat(second).isNotNull();
                try (InputStream in = entries.content()) {
                    assertThat(in.read()).isPositive();
                }
            }
            assertThat(BundleContent.of(bundle)).containsEntry("c", "third");
        }
    }

    @Test
    void aBundleMayBeClosedTwice() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        Bundle bundle = resolver().fetch(fixture().source(), revision, plenty());

        bundle.close();
        bundle.close();
    }

    @Test
    void refusesARevisionThatTheSourceDoesNotHave() {
        fixture().commit(Map.of("a", "1"));

        assertThatThrownBy(() -> content(unknownRevision()))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVISION_NOT_FOUND));
    }

    @Test
    void neverGivesAnotherRevisionThanTheOneAskedFor() {
        Revision first = fixture().commit(Map.of("a", "1"));
        fixture().commit(Map.of("a", "2"));

        try {
            assertThat(content(first)).isEqualTo(Map.of("a", "1"));
        } catch (PermanentException gone) {
            assertThat(gone.reason()).isEqualTo(Reason.REVISION_NOT_FOUND);
        }
    }

    @Test
    void endsAtOnceWhenTheDeadlineHasPassed() {
        Revision revision = fixture().commit(Map.of("a", "1"));
        Deadline passed = Deadline.after(Duration.ZERO);

        assertTimesOut(() -> resolver().resolve(upstream(), Set.of(HEAD), passed));
        assertTimesOut(() -> {
            try (Bundle bundle = resolver().fetch(fixture().source(), revision, passed)) {
                BundleContent.of(bundle);
            }
        });
    }

    /** Known failure: the last fetched revision was a field that concurrent installs read from each other. */
    @Test
    void servesManyThreadsAtOnceWithoutMixingTheirAnswers() throws Exception {
        Revision revision = fixture().commit(Map.of("a", "1", "b/c", "2"));
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Map<String, String>>> running = new ArrayList<>();
            for (int i = 0; i < READERS * 2; i++) {
                running.add(threads.submit(() -> {
                    assertThat(resolution(HEAD)).isEqualTo(Resolution.found(revision));
                    return content(revision);
                }));
            }

            for (Future<Map<String, String>> one : running) {
                assertThat(one.get()).isEqualTo(Map.of("a", "1", "b/c", "2"));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertTimesOut(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(TransientException.class)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));
    }

    private static List<BundleEntry> entries(Bundle bundle) throws IOException {
        List<BundleEntry> all = new ArrayList<>();
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                all.add(entry);
            }
        }
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
        return all;
    }

    private static @Nullable BundleEntry nextFile(Bundle.Entries entries) throws IOException {
        BundleEntry entry = entries.next();
        while (entry != null && !(entry instanceof BundleEntry.File)) {
            entry = entries.next();
        }
        return entry;
    }
}
