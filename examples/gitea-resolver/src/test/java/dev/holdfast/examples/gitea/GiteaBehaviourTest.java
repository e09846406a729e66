package dev.holdfast.examples.gitea;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.examples.gitea.StubGitea.Asked;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contracts cannot know: subdirectories, tokens, redirects, limits, and what servers answer on a bad day. */
@SuppressWarnings("NullAway.Init")
final class GiteaBehaviourTest {

    private static final TrackedRef MAIN = TrackedRef.ref("main");

    @TempDir
    Path directory;

    private StubGitea gitea;
    private StubGitea other;
    private GitRepository tools;

    @BeforeEach
    void start() {
        gitea = StubGitea.start(directory.resolve("server"));
        other = StubGitea.start(directory.resolve("other"));
        tools = gitea.repository("acme/tools");
    }

    @AfterEach
    void stop() {
        gitea.close();
        other.close();
    }

    @Test
    void aPluginInASubdirectoryStandsAtTheLastCommitThatChangedIt() {
        Revision changed = tools.commit(Map.of("greeter/SKILL.md", "one", "other/SKILL.md", "one"));
        Revision elsewhere = tools.commit(Map.of("greeter/SKILL.md", "one", "other/SKILL.md", "two"));
        assertThat(resolved(greeter(), MAIN)).isEqualTo(Resolution.found(changed));
        assertThat(resolved(tools.source(), MAIN)).isEqualTo(Resolution.found(elsewhere));

        Revision again = tools.commit(Map.of("greeter/SKILL.md", "two", "other/SKILL.md", "two"));

        assertThat(resolved(greeter(), MAIN)).isEqualTo(Resolution.found(again));
    }

    @Test
    void onlyTheDirectoryThatTheSourceNamesIsInTheBundle() {
        Revision revision = tools.commit(Map.of("greeter/SKILL.md", "one", "greeter-2/SKILL.md", "two", "README", "x"));

        assertThat(content(greeter(), revision)).isEqualTo(Map.of("SKILL.md", "one"));
    }

    @Test
    void aDirectoryThatIsNotThereIsAbsentAndNotAnEmptyPlugin() {
        Revision revision = tools.commit(Map.of("README", "x"));

        assertThat(resolved(greeter(), MAIN)).isEqualTo(Resolution.absent());
        assertThatThrownBy(() -> content(greeter(), revision)).satisfies(reason(Reason.REVISION_NOT_FOUND));
    }

    @Test
    void aSweepDriftsInstallsOfADirectoryOnlyWhenItHasChanged() {
        tools.commit(Map.of("greeter/SKILL.md", "one", "other/SKILL.md", "one"));
        MutableClock clock = MutableClock.create();
        try (Holdfast holdfast = Holdfast.builder()
                .resolver(resolver().build())
                .target(DirectoryTarget.create().durable(false))
                .store(InMemoryTrackingStore.create(clock))
                .clock(clock)
                .build()) {
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of("ws-1"),
                            greeter().at(MAIN),
                            TargetAddress.parse("dir://" + directory.resolve("plugins")))
                    .track(MAIN));
            tools.commit(Map.of("greeter/SKILL.md", "one", "other/SKILL.md", "two"));
            clock.advance(Duration.ofMinutes(61));
            assertThat(holdfast.sweeper().sweep().queued()).isZero();

            tools.commit(Map.of("greeter/SKILL.md", "two", "other/SKILL.md", "two"));
            clock.advance(Duration.ofMinutes(61));

            assertThat(holdfast.sweeper().sweep().queued()).isOne();
        }
    }

    @Test
    void moreTagsThanOnePageHoldsAreAllSeen() {
        Revision revision = tools.commit(Map.of("a", "1"));
        for (int i = 0; i < 120; i++) {
            tools.tag("v1." + i + ".0", revision);
        }

        assertThat(((Resolution.Tags) resolved(tools.source(), TrackedRef.latestTag())).revisions())
                .hasSize(120);
    }

    @Test
    void theTokenGoesWithEveryRequestToItsServerAndWithNoneElsewhere() throws IOException {
        Revision revision = tools.commit(Map.of("a", "1"));
        byte[] archive = archive(revision);
        gitea.archives(exchange -> StubGitea.redirect(exchange, other.base() + "/bucket/archive/1.tar.gz"));
        other.archives(exchange -> StubGitea.send(exchange, 200, "application/gzip", archive));
        GiteaResolver resolver = resolver()
                .tokens(host -> host.equals(gitea.host()) ? Optional.of("s3cret") : Optional.empty())
                .archivesFrom(other.host())
                .build();

        assertThat(content(resolver, tools.source(), revision)).isEqualTo(Map.of("a", "1"));

        assertThat(gitea.asked()).extracting(Asked::token).containsOnly(Optional.of("token s3cret"));
        assertThat(other.asked()).extracting(Asked::token).containsOnly(Optional.empty());
    }

    @Test
    void aRedirectToAnotherPlaceIsNotFollowedUnlessTheHostSaidSo() {
        Revision revision = tools.commit(Map.of("a", "1"));
        gitea.archives(exchange -> StubGitea.redirect(exchange, other.base() + "/latest/meta-data/archive/"));

        assertThatThrownBy(() -> content(tools.source(), revision)).satisfies(reason(Reason.FORBIDDEN));

        gitea.failNext(exchange -> StubGitea.redirect(exchange, other.base() + "/api/v1/repos/acme/tools"));
        GiteaResolver open = resolver().archivesFrom(other.host()).build();
        assertThatThrownBy(() -> resolved(open, tools.source(), MAIN)).satisfies(reason(Reason.FORBIDDEN));
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void aRepositoryThatWasRenamedIsFollowedWithinItsServer() {
        Revision revision = tools.commit(Map.of("a", "1"));
        gitea.failNext(exchange -> StubGitea.redirect(exchange, "/api/v1/repos/acme/tools"));

        assertThat(resolved(tools.source(), MAIN)).isEqualTo(Resolution.found(revision));
    }

    @Test
    void aCircleOfRedirectsEnds() {
        for (int i = 0; i < 20; i++) {
            gitea.failNext(exchange -> StubGitea.redirect(exchange, "/api/v1/repos/acme/tools"));
        }

        assertThatThrownBy(() -> resolved(tools.source(), MAIN)).satisfies(reason(Reason.PROTOCOL));
    }

    @Test
    void aServerThatTheHostDidNotNameIsNeverAsked() {
        GiteaResolver resolver = resolver().build();

        assertThatThrownBy(() -> resolver.upstream(Source.parse("gitea+api://" + other.host() + "/acme/tools")))
                .satisfies(reason(Reason.FORBIDDEN));
        assertThatThrownBy(() -> resolver.upstream(Source.parse("gitea+api://169.254.169.254/latest/meta-data")))
                .satisfies(reason(Reason.FORBIDDEN));
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void aServerThatWantsToBeLeftAloneSaysForHowLong() {
        gitea.failNext(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "120");
            StubGitea.send(exchange, 429, "text/plain", new byte[0]);
        });

        assertThatThrownBy(() -> resolved(tools.source(), MAIN))
                .satisfies(reason(Reason.RATE_LIMITED))
                .isInstanceOfSatisfying(
                        TransientException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofMinutes(2)));
    }

    @Test
    void eachStatusSaysWhatToDoNext() {
        Map<Integer, Reason> expected = Map.of(
                401, Reason.UNAUTHORIZED, 403, Reason.FORBIDDEN, 404, Reason.SOURCE_NOT_FOUND, 503, Reason.UNREACHABLE);

        expected.forEach((status, reason) -> {
            gitea.failNext(exchange -> StubGitea.json(exchange, status, Map.of("message", "no")));
            assertThatThrownBy(() -> resolved(tools.source(), MAIN)).satisfies(reason(reason));
        });
    }

    @Test
    void aLoginPageIsNotTakenForAnAnswer() {
        gitea.failNext(exchange -> StubGitea.send(exchange, 200, "text/html", "<html>log in".getBytes(UTF_8)));

        assertThatThrownBy(() -> resolved(tools.source(), MAIN)).satisfies(reason(Reason.PROTOCOL));
    }

    @Test
    void anArchiveThatIsTooLargeBreaksOffAndLeavesNothingBehind() throws IOException {
        Revision revision = tools.commit(Map.of("a", "1"));
        gitea.archives(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] noise = new byte[64 * 1024];
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(noise);
            }
        });
        GiteaResolver small = resolver().mostBytes(1_000_000).build();

        assertThatThrownBy(() -> content(small, tools.source(), revision)).satisfies(reason(Reason.TOO_LARGE));

        assertThat(archives()).isEmpty();
    }

    @Test
    void aServerThatDripsIsLeftAtTheDeadline() throws IOException {
        Revision revision = tools.commit(Map.of("a", "1"));
        CountDownLatch over = new CountDownLatch(1);
        gitea.archives(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            await(over);
        });
        GiteaResolver resolver = resolver().build();
        Deadline deadline = Deadline.after(Duration.ofMillis(500));

        assertThatThrownBy(() -> resolver.fetch(tools.source(), revision, deadline))
                .satisfies(reason(Reason.TIMEOUT));

        over.countDown();
        assertThat(archives()).isEmpty();
    }

    @Test
    void anArchiveOfAnotherCommitIsNotTakenForTheOneAskedFor() throws IOException {
        Revision first = tools.commit(Map.of("a", "1"));
        Revision second = tools.commit(Map.of("a", "2"));
        byte[] wrong = archive(first);
        gitea.archives(exchange -> StubGitea.send(exchange, 200, "application/gzip", wrong));

        assertThatThrownBy(() -> content(tools.source(), second)).satisfies(reason(Reason.PROTOCOL));
    }

    @Test
    void anArchiveThatWasCutShortIsAnErrorAndNotASmallerPlugin() throws IOException {
        Revision revision = tools.commit(Map.of("a", "1", "b", "2"));
        byte[] whole = archive(revision);
        gitea.archives(exchange ->
                StubGitea.send(exchange, 200, "application/gzip", java.util.Arrays.copyOf(whole, whole.length / 2)));

        assertThatThrownBy(() -> content(tools.source(), revision))
                .isInstanceOfAny(UncheckedIOException.class, HoldfastException.class);
    }

    @Test
    void aClosedBundleLeavesNoFile() throws IOException {
        Revision revision = tools.commit(Map.of("a", "1"));

        content(tools.source(), revision);

        assertThat(archives()).isEmpty();
    }

    @Test
    void namesThatWouldLeadElsewhereAreRefusedBeforeAnyRequest() {
        GiteaResolver resolver = resolver().build();

        for (String location : List.of("/acme", "/acme/tools%2f..", "/-x/tools", "//acme/tools")) {
            assertThatThrownBy(() -> resolver.upstream(Source.parse("gitea+api://" + gitea.host() + location)))
                    .satisfies(reason(Reason.INVALID_VALUE));
        }
        assertThat(gitea.asked()).isEmpty();
    }

    private GiteaResolver.Builder resolver() {
        return GiteaResolver.builder(directory.resolve("archives")).server(gitea.host(), gitea.base());
    }

    private Source greeter() {
        return Source.parse(tools.source().toString().replace("/tools#", "/tools/greeter#"));
    }

    private Resolution resolved(Source source, TrackedRef ref) {
        return resolved(resolver().build(), source, ref);
    }

    private static Resolution resolved(GiteaResolver resolver, Source source, TrackedRef ref) {
        return resolver.resolve(resolver.upstream(source), Set.of(ref), plenty())
                .getOrDefault(ref, Resolution.absent());
    }

    private Map<String, String> content(Source source, Revision revision) {
        return content(resolver().build(), source, revision);
    }

    private static Map<String, String> content(GiteaResolver resolver, Source source, Revision revision) {
        try (Bundle bundle = resolver.fetch(source, revision, plenty())) {
            return BundleContent.of(bundle);
        }
    }

    private byte[] archive(Revision revision) throws IOException {
        File file = directory.resolve(revision + ".tar.gz").toFile();
        tools.git("archive", "--format=tar.gz", "--prefix=tools/", "-o", file.toString(), revision.value());
        return Files.readAllBytes(file.toPath());
    }

    private List<Path> archives() throws IOException {
        try (var files = Files.list(directory.resolve("archives"))) {
            return files.toList();
        }
    }

    private static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static org.assertj.core.api.ThrowingConsumer<Throwable> reason(Reason reason) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
