package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repository of a real git server with 25,000 refs and a tag list as awkward as those of real projects, followed in
 * every way there is, through the whole chain.
 */
@Needs(Facility.GIT_HTTP)
final class ManyRefsIT {

    private static final int REFS = 25_000;
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final List<String> LIGHT = List.of(
            "v1.9",
            "v1.9.9",
            "1.9.10",
            "v2.0.0-rc.1",
            "v2.0.0-beta.11",
            "release-2024-01",
            "2024.01.15",
            "greeter/v9.9.9",
            "greeter-v9.9.9",
            "v1.10.0-1-gabcdef0",
            "v01.11.0",
            "latest",
            "nightly",
            "v999");

    @TempDir
    private Path directory;

    private final MutableClock clock = MutableClock.create();
    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void whatIsFollowedIsFoundAmongThemInOneQuestion() {
        try (GitHttpServer server = GitHttpServer.start(directory.resolve("server"));
                JGitResolver resolver = JGitResolver.builder(directory.resolve("cache"))
                        .allowHttp(server.host())
                        .build();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(resolver)
                        .target(DirectoryTarget.create().durable(false))
                        .store(InMemoryTrackingStore.create(clock))
                        .listener(events::add)
                        .build()) {
            GitRepository repository = server.repository("acme/greeter");
            Revision first = repository.commit(Map.of("VERSION", "1"));
            repository.tag("v1.0.0", first);
            repository.annotatedTag("v1.2.0", first);
            install(holdfast, repository, "latest", "tag:v1.0.0", TrackedRef.latestTag());
            install(holdfast, repository, "range", "tag:v1.0.0", TrackedRef.semver("~1.9.0"));
            install(holdfast, repository, "pre", "tag:v1.0.0", TrackedRef.semver(">=2.0.0-alpha"));
            install(holdfast, repository, "branch", "ref:main", TrackedRef.ref("main"));
            install(holdfast, repository, "full", "ref:refs/heads/main", TrackedRef.ref("refs/heads/main"));
            install(holdfast, repository, "fixed", "tag:v1.2.0", TrackedRef.tag("v1.2.0"));
            install(holdfast, repository, "pinned", "sha:" + first, TrackedRef.sha(first.value()));
            Revision second = repository.commit(Map.of("VERSION", "2"));
            refs(repository, first, second);
            clock.advance(Duration.ofMinutes(61));
            server.forgetRequests();

            SweepReport sweep = holdfast.sweeper().sweep();

            assertThat(sweep.failures()).isEmpty();
            // One question for all refs, and three for the history of the commit that both branches moved to.
            assertThat(server.requests()).hasSize(4);
            assertThat(holdfast.updates()
                            .pending()
                            .collect(Collectors.toMap(ManyRefsIT::workspace, ManyRefsIT::wanted)))
                    .containsOnly(
                            Map.entry("latest", "v1.10.0 " + second),
                            Map.entry("range", "1.9.10 " + second),
                            Map.entry("pre", "v2.0.0-rc.1 " + second),
                            Map.entry("branch", second.value()),
                            Map.entry("full", second.value()));
            assertThat(events)
                    .filteredOn(HoldfastEvent.RefRewritten.class::isInstance)
                    .singleElement()
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(HoldfastEvent.RefRewritten.class))
                    .satisfies(alarm -> assertThat(alarm.now()).isEqualTo(second));
        }
    }

    private static String workspace(Update update) {
        return ((PluginSubject) update.subject()).key().workspace().value();
    }

    private static String wanted(Update update) {
        return update.version().map(version -> version + " ").orElse("") + update.to();
    }

    private void install(Holdfast holdfast, GitRepository from, String workspace, String ref, TrackedRef track) {
        Source source = Source.parse(from.source().toString().replaceFirst("#.*", "") + "#" + ref);
        TargetAddress address = TargetAddress.parse("dir://" + directory.resolve("targets/" + workspace));
        holdfast.install(InstallRequest.of(WorkspaceId.of(workspace), source, address)
                .as(GREETER)
                .track(track));
    }

    /** The highest version is an annotated tag of a tag; the release tag v1.2.0 is moved; all the rest is noise. */
    private static void refs(GitRepository repository, Revision first, Revision second) {
        repository.annotatedTag("inner", second);
        repository.git("tag", "-a", "-m", "v1.10.0", "v1.10.0", "inner");
        repository.annotatedTag("v1.2.0", second);
        StringBuilder updates = new StringBuilder();
        LIGHT.forEach(tag -> updates.append("create refs/tags/" + tag + " " + second + "\n"));
        for (int i = 0; i < REFS; i++) {
            String name = List.of("refs/tags/build-", "refs/heads/feature/", "refs/pull/", "refs/tags/v0.1.")
                    .get(i % 4);
            updates.append("create " + name + i + " " + first + "\n");
        }
        repository.gitWithInput(updates.toString().getBytes(StandardCharsets.UTF_8), "update-ref", "--stdin");
        repository.git("pack-refs", "--all");
        assertThat(Optional.of(repository.git("for-each-ref", "--count=30000"))
                        .get()
                        .lines()
                        .count())
                .isGreaterThan(REFS);
    }
}
