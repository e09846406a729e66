package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.Timings;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.release.Placement;
import dev.holdfast.resolver.jgit.Credentials;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole chain on real parts, no fakes: git over smart HTTP with annotated tags, PostgreSQL, and a real target. A
 * fake in the middle of such a chain hides that its neighbours do not fit.
 */
abstract class EndToEndStory {

    private static final WorkspaceId WS = WorkspaceId.of("ws-42");
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final String SECRET = "s3cret-token";

    private static final AtomicInteger NEXT = new AtomicInteger();

    @TempDir
    private static Path server;

    @TempDir
    private Path cache;

    private static GitHttpServer git;

    private final MutableClock clock = MutableClock.create();
    private String name;
    private GitRepository repository;
    private JGitResolver resolver;
    private Holdfast holdfast;
    private String token = SECRET;

    /** Returns the target under test. */
    abstract DeliveryTarget target();

    /** Returns where plugins go; the same during one test. */
    abstract TargetAddress address();

    /** Returns what a reader in the place itself sees of a file; empty if there is none. */
    abstract Optional<String> read(String path);

    /** Returns every file, link and non-empty directory below the address, as the place itself lists them. */
    abstract List<String> everything();

    @BeforeAll
    static void startGit() {
        git = GitHttpServer.startWithPassword(server, "holdfast", SECRET);
    }

    @AfterAll
    static void stopGit() {
        git.close();
    }

    @BeforeEach
    final void wire() {
        name = "acme/greeter-" + NEXT.incrementAndGet();
        repository = git.repository(name);
        resolver = JGitResolver.builder(cache)
                .baseUrl("github.com", git.base())
                .allowHttp(git.host())
                .credentials(host -> Optional.of(Credentials.basic("holdfast", token)))
                .build();
        JdbcTrackingStore store = EndToEndDatabase.store(clock);
        holdfast = Holdfast.builder()
                .resolver(resolver)
                .target(target())
                .store(store)
                .clock(clock)
                .timings(Timings.standard().operation(Duration.ofMinutes(2)))
                .build();
    }

    @AfterEach
    final void unwire() {
        holdfast.close();
        resolver.close();
    }

    @Test
    void aPluginLivesFromItsFirstInstallToItsLastTrace() {
        Revision v10 = release("v1.0.0");

        install("tag:v1.0.0", TrackedRef.latestTag());
        assertLive("v1.0.0", v10);

        Revision v11 = release("v1.1.0");
        SweepReport sweep = sweep();
        assertThat(sweep.queued()).isEqualTo(1);
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        assertThat(update.to()).isEqualTo(v11);
        assertThat(read("greeter/VERSION")).contains("v1.0.0");

        assertThat(holdfast.updates().apply(update.id(), v11, "alice")).isInstanceOf(ApplyResult.Applied.class);
        assertLive("v1.1.0", v11);
        assertThat(sweep().queued()).isZero();

        holdfast.rollback(new InstallKey(WS, GREETER), "alice");
        assertLive("v1.0.0", v10);
        assertThat(sweep().suppressed()).isEqualTo(1);

        holdfast.uninstall(new InstallKey(WS, GREETER), "alice");
        assertThat(read("greeter/VERSION")).isEmpty();
        assertThat(everything()).as("releases stay for their readers").isNotEmpty();
        clock.advance(Duration.ofHours(2));
        holdfast.collect();
        assertThat(everything()).isEmpty();
        assertThat(holdfast.installs(WS)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ref absent        | github://{repo}#tag:v9.9.9               | REF_NOT_FOUND",
                "branch absent     | github://{repo}#ref:nope                 | REF_NOT_FOUND",
                "commit absent     | github://{repo}#sha:0123456789012345678901234567890123456789 | REVISION_NOT_FOUND",
                "repository absent | github://acme/nothing#tag:v1.0.0         | SOURCE_NOT_FOUND",
                "folder absent     | github://{repo}/no/such#tag:v1.0.0       | SOURCE_NOT_FOUND",
                "unknown scheme    | svn://acme/greeter#tag:v1.0.0            | UNKNOWN_SCHEME",
            })
    void aSourceThatCannotBeHadIsRefusedAndNothingIsInstalled(String what, String source, Reason reason) {
        release("v1.0.0");
        Source wanted = Source.parse(source.replace("{repo}", name));

        assertThatThrownBy(() -> holdfast.install(
                        InstallRequest.of(WS, wanted, address()).as(GREETER)))
                .as(what)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining(SECRET);

        assertThat(read("greeter/VERSION")).isEmpty();
        assertThat(holdfast.installs(WS)).isEmpty();
    }

    @Test
    void wrongCredentialsAreNamedWithoutBeingShown() {
        release("v1.0.0");
        token = "another-secret";

        assertThatThrownBy(() -> install("tag:v1.0.0", TrackedRef.none()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED))
                .hasMessageNotContaining("another-secret");

        assertThat(holdfast.installs(WS)).isEmpty();
    }

    @Test
    void anInstallOfAFullCommitIsExactlyThatCommit() {
        Revision old = release("v1.0.0");
        release("v1.1.0");

        install("sha:" + old, TrackedRef.none());

        assertLive("v1.0.0", old);
    }

    @Test
    void aBranchIsFollowed() {
        release("v1.0.0");
        install("ref:main", TrackedRef.ref("main"));
        Revision moved = release("v1.1.0");

        assertThat(sweep().queued()).isEqualTo(1);
        assertThat(holdfast.updates().pending().findFirst().orElseThrow().to()).isEqualTo(moved);
    }

    private Revision release(String version) {
        Revision revision =
                repository.commit(Map.of("VERSION", version, "SKILL.md", "Say hello.", "bin/greet*", "#!/bin/sh\n"));
        repository.annotatedTag(version, revision);
        return revision;
    }

    private void install(String ref, TrackedRef track) {
        Source source = Source.parse("github://" + name + "#" + ref);
        holdfast.install(InstallRequest.of(WS, source, address()).as(GREETER).track(track));
    }

    private SweepReport sweep() {
        clock.advance(Duration.ofMinutes(61));
        SweepReport report = holdfast.sweeper().sweep();
        assertThat(report.failures()).isEmpty();
        assertThat(report.claimed()).isEqualTo(1);
        return report;
    }

    /** The files, the marker and the record agree. */
    private void assertLive(String version, Revision revision) {
        assertThat(read("greeter/VERSION")).contains(version);
        assertThat(read("greeter/.complete").orElseThrow()).contains("revision " + revision + "\n");
        Install recorded = holdfast.find(new InstallKey(WS, GREETER)).orElseThrow();
        assertThat(recorded.revision()).isEqualTo(revision);
        Placement placement = holdfast.placement(new InstallKey(WS, GREETER));
        assertThat(placement).isInstanceOf(Placement.Live.class);
        assertThat(((Placement.Live) placement).release()).isEqualTo(recorded.release());
    }
}
