package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.SweepReport;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sweeps over real sockets, with servers that hang, and servers that ask to be left alone. */
@SuppressWarnings("NullAway.Init")
final class SweepOfServersTest {

    private static final String RESULT = "Content-Type: application/x-git-upload-pack-result\r\n";
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    @TempDir
    private Path directory;

    private final MutableClock clock = MutableClock.create();
    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private RawServer answering;
    private RawServer hanging;
    private JGitResolver resolver;
    private Holdfast holdfast;
    private volatile String refusal = "";
    private long installs;

    @BeforeEach
    void start() throws IOException {
        answering = new RawServer(this::answer);
        hanging = new RawServer((request, exchange) -> exchange.hang());
        resolver = JGitResolver.builder(directory)
                .allowHttp(answering.host())
                .allowHttp(hanging.host())
                .build();
        warmUp();
        holdfast = Holdfast.builder()
                .resolver(resolver)
                .target(DirectoryTarget.create())
                .store(store)
                .timings(Timings.standard().resolve(DEADLINE))
                .build();
    }

    /** JGit looks around when it is first used, which can take longer than the deadline of these tests. */
    private void warmUp() {
        Source source = Source.parse("git+http://" + answering.host() + "/first.git");
        Deadline plenty = Deadline.after(Duration.ofMinutes(1));
        resolver.resolve(resolver.upstream(source), Set.of(TrackedRef.ref("main")), plenty);
        answering.forgetRequests();
    }

    @AfterEach
    void stop() throws IOException {
        holdfast.close();
        resolver.close();
        answering.close();
        hanging.close();
    }

    private void answer(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
        if (!refusal.isEmpty()) {
            exchange.respond(Integer.parseInt(refusal.substring(0, 3)), refusal.substring(3), "");
        } else if (request.line().startsWith("GET")) {
            exchange.advertise(RawServer.capabilities());
        } else {
            exchange.respond(200, RESULT, "0000");
        }
    }

    /** Known failure: one hanging server ate the sweep, and the tail starved. */
    @Test
    void serversThatHangEndAtTheirDeadlinesWhileAllOthersAreAsked() throws Exception {
        for (int i = 0; i < 9; i++) {
            follow(hanging, "h" + i);
        }
        for (int i = 0; i < 12; i++) {
            follow(answering, "a" + i);
        }

        CompletableFuture<SweepReport> sweep = CompletableFuture.supplyAsync(holdfast.sweeper()::sweep);
        awaitRequests(answering, 24);

        assertThat(sweep).as("the sweep, when all who answer have answered").isNotDone();
        SweepReport report = sweep.get(60, TimeUnit.SECONDS);
        assertThat(report.resolved()).isEqualTo(12);
        assertThat(report.failures())
                .extracting(SweepReport.Failure::reason)
                .hasSize(9)
                .containsOnly(Reason.TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"429Retry-After: 7200\r\n", "503Retry-After: 7200\r\n"})
    void aServerIsNotAskedBeforeTheTimeItAskedFor(String answer) throws IOException {
        follow(answering, "a");
        refusal = answer;
        assertThat(holdfast.sweeper().sweep().failed()).isEqualTo(1);
        int asked = answering.requests().size();
        refusal = "";

        clock.advance(Duration.ofSeconds(7199));
        assertThat(holdfast.sweeper().sweep().nothingWasDue()).isTrue();
        assertThat(answering.requests()).hasSize(asked);

        clock.advance(Duration.ofSeconds(2));
        assertThat(holdfast.sweeper().sweep().resolved()).isEqualTo(1);
    }

    @Test
    void theFirstSweepComesAtOnce() throws Exception {
        follow(answering, "a");

        holdfast.start();

        awaitRequests(answering, 2);
    }

    @Test
    void closingTakesABoundedTimeAlthoughAServerHangs() throws Exception {
        holdfast.close();
        holdfast = Holdfast.builder()
                .resolver(resolver)
                .target(DirectoryTarget.create())
                .store(store)
                .timings(Timings.standard().resolve(Duration.ofMinutes(10)))
                .build();
        follow(hanging, "h");
        holdfast.start();
        awaitRequests(hanging, 1);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(holdfast::close);

        closing.get(60, TimeUnit.SECONDS);
        hanging.clientGone().get(10, TimeUnit.SECONDS);
    }

    private static void awaitRequests(RawServer server, int count) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (server.requests().size() < count) {
            assertThat(System.nanoTime())
                    .as("requests: " + server.requests().size())
                    .isLessThan(patience);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Records an install, as if it had been delivered. */
    private void follow(RawServer server, String repository) {
        Source source = Source.parse("git+http://" + server.host() + "/" + repository + ".git#tag:v1.0.0");
        InstallKey key = InstallKey.of("ws-" + ++installs, "greeter");
        TargetAddress address = TargetAddress.parse("dir:///srv/" + key.workspace());
        NewOperation wanted =
                NewOperation.of(Kind.INSTALL, key, address, "tester").heldBy("node-a", Duration.ofMinutes(1));
        Operation operation = ((Opening.Opened) store.journal().open(wanted)).operation();
        Release release = new Release(
                Stamp.of(Instant.EPOCH, installs),
                Revision.of("a".repeat(40)),
                Optional.empty(),
                new TreeDigest("sha256:" + "0".repeat(64)));
        Origin origin = new Origin(source, TrackedRef.latestTag(), resolver.upstream(source));
        store.journal().record(operation, Install.delivered(key, address, origin, release));
        store.journal().close(operation, Closing.succeeded(""));
    }
}
