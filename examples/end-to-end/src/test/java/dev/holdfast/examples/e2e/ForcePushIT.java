package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * While an update is applied, upstream force-pushes something else over it, and in some rounds throws away what was
 * reviewed. Known failure: the operator approved B and got C.
 */
@Needs(Facility.GIT_HTTP)
@ExtendWith(Sample.Given.class)
final class ForcePushIT {

    private static final WorkspaceId WS = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final int A_PUSH_TAKES_MILLIS = 60;

    @TempDir
    private Path directory;

    private final Random random = new Random();
    private final Map<String, Integer> answers = new TreeMap<>();
    private GitRepository server;
    private GitRepository developer;
    private Holdfast holdfast;
    private Path live;

    @Test
    void whatWasReviewedIsDeliveredWhateverIsPushedMeanwhile() throws Exception {
        race(20);
    }

    /** As the other, at length. */
    @Tag("once")
    @Test
    void whatWasReviewedIsDeliveredWhateverIsPushedMeanwhileFiveHundredTimes(Sample sample) throws Exception {
        race(sample.of(500));

        if (sample.every() == 1) {
            assertThat(answers).containsKeys("Applied", "Failed REVISION_NOT_FOUND", "Superseded");
        }
    }

    private void race(int rounds) throws Exception {
        live = directory.resolve("target/greeter/VERSION");
        Files.createDirectories(directory.resolve("target"));
        try (GitHttpServer git = GitHttpServer.start(directory.resolve("server"));
                JGitResolver resolver = JGitResolver.builder(directory.resolve("cache"))
                        .allowHttp(git.host())
                        .build();
                Holdfast engine = Holdfast.builder()
                        .resolver(resolver)
                        .target(DirectoryTarget.create().durable(false))
                        .store(EndToEndDatabase.store(Clock.systemUTC()))
                        .build()) {
            holdfast = engine;
            server = git.repository("acme/greeter");
            developer = GitRepository.create(directory.resolve("developer.git"), server.source());
            push(commit("first"));
            Source source = Source.parse(server.source().toString().replaceFirst("#.*", "") + "#ref:main");
            holdfast.install(InstallRequest.of(WS, source, TargetAddress.parse("dir://" + directory.resolve("target")))
                    .as(GREETER)
                    .track(TrackedRef.ref("main")));
            ExecutorService others = Executors.newSingleThreadExecutor();
            for (int round = 0; round < rounds; round++) {
                round("round " + round, others);
            }
            others.shutdown();
        }
        System.out.println(rounds + " force-pushes raced apply: " + answers);
    }

    private void round(String name, ExecutorService others) throws Exception {
        String before = Files.readString(live);
        String reviewed = name + ": what was reviewed";
        push(commit(reviewed));
        holdfast.sweeper().check(server.source());
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        Revision other = commit(name + ": what was pushed over it");

        Future<?> pushed = others.submit(() -> forcePush(other, random.nextInt(5)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2 * A_PUSH_TAKES_MILLIS)));
        ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");
        pushed.get();

        assertThat(live).hasContent(result instanceof ApplyResult.Applied ? reviewed : before);
        if (result instanceof ApplyResult.Failed failed) {
            // Gone, or going: a server that loses what it is sending breaks off.
            answers.merge("Failed " + failed.reason(), 1, Integer::sum);
        } else {
            assertThat(result).isInstanceOfAny(ApplyResult.Applied.class, ApplyResult.Superseded.class);
            answers.merge(result.getClass().getSimpleName(), 1, Integer::sum);
        }
    }

    /** At some moment of the apply, or before it; then a webhook comes, or the server forgets what nothing names. */
    private void forcePush(Revision other, int what) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(A_PUSH_TAKES_MILLIS)));
        push(other);
        if (what == 0) {
            holdfast.sweeper().check(server.source());
        } else if (what == 1) {
            server.git("prune", "--expire=now");
        }
    }

    /** A commit of its own, without parents. */
    private Revision commit(String version) {
        String blob = developer.gitWithInput(
                version.getBytes(java.nio.charset.StandardCharsets.UTF_8), "hash-object", "-w", "--stdin");
        String tree = developer.gitWithInput(
                ("100644 blob " + blob + "\tVERSION\n").getBytes(java.nio.charset.StandardCharsets.UTF_8), "mktree");
        return developer.commitTree(tree);
    }

    private void push(Revision revision) {
        developer.git("push", "-q", "--force", server.directory().toString(), revision + ":refs/heads/main");
    }
}
