package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository is asked once what it can do; whatever it becomes afterwards, the answer is its own. */
@SuppressWarnings("NullAway.Init")
final class KnownServersTest {

    private static final String RESULT = "Content-Type: application/x-git-upload-pack-result\r\n";
    private static final String COMMIT = "1".repeat(40);

    @TempDir
    private Path directory;

    private RawServer server;
    private JGitResolver resolver;
    /** How a repository answers now; a server that only knows the old protocol lists its refs at once. */
    private volatile RawServer.Answer now = KnownServersTest::answers;

    @BeforeEach
    void start() {
        server = new RawServer((request, exchange) -> now.to(request, exchange));
        resolver = JGitResolver.builder(directory).allowHttp(server.host()).build();
    }

    @AfterEach
    void stop() throws IOException {
        resolver.close();
        server.close();
    }

    @Test
    void asksForRefsAgainWithOneRequest() {
        assertThat(ask()).isEqualTo(COMMIT);
        assertThat(ask()).isEqualTo(COMMIT);
        assertThat(ask()).isEqualTo(COMMIT);

        assertThat(methods()).containsExactly("GET", "POST", "POST", "POST");
    }

    @Test
    void asksAServerThatForgotTheProtocolOnceMore() {
        ask();
        now = (request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.pkt("# service=git-upload-pack\n") + "0000"
                        + RawServer.pkt("2".repeat(40) + " refs/tags/v1\0shallow\n") + "0000");
            } else {
                exchange.respond(200, RESULT, "");
            }
        };

        assertThat(ask()).isEqualTo("2".repeat(40));
        assertThat(ask()).as("no advertisement with refs is kept").isEqualTo("2".repeat(40));
        assertThat(methods()).containsExactly("GET", "POST", "POST", "GET", "GET");
    }

    @Test
    void followsARepositoryThatMovesLater() {
        ask();
        now = (request, exchange) -> {
            if (request.path().startsWith("/new")) {
                answers(request, exchange);
            } else if (request.line().startsWith("GET")) {
                exchange.respond(301, "Location: " + request.path().replace("/x.git", "/new.git") + "\r\n", "");
            } else {
                exchange.respond(404, "", "");
            }
        };

        assertThat(ask()).isEqualTo(COMMIT);
        server.forgetRequests();
        assertThat(ask()).isEqualTo(COMMIT);
        assertThat(methods()).as("where it moved to is looked up each time").containsExactly("GET", "GET", "POST");
    }

    @Test
    void tellsWhatTheServerSaysToTheWholeQuestion() {
        ask();
        now = (request, exchange) -> exchange.respond(request.line().startsWith("GET") ? 401 : 404, "", "");

        assertThat(failure().reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(methods()).containsExactly("GET", "POST", "POST", "GET");
    }

    @Test
    void leavesAServerAloneThatAsksForIt() {
        ask();
        now = (request, exchange) -> exchange.respond(503, "Retry-After: 60\r\n", "");

        assertThat(failure().reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(methods()).containsExactly("GET", "POST", "POST");
    }

    private static void answers(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
        if (request.line().startsWith("GET")) {
            exchange.advertise(RawServer.capabilities());
        } else {
            exchange.respond(200, RESULT, RawServer.pkt(COMMIT + " refs/tags/v1\n") + "0000");
        }
    }

    private List<String> methods() {
        return server.requests().stream()
                .map(request -> request.line().substring(0, request.line().indexOf(' ')))
                .toList();
    }

    private HoldfastException failure() {
        return catchThrowableOfType(HoldfastException.class, this::ask);
    }

    private String ask() {
        Source source = Source.parse("git+http://" + server.host() + "/x.git");
        TrackedRef tag = TrackedRef.tag("v1");
        Map<TrackedRef, Resolution> answers =
                resolver.resolve(resolver.upstream(source), Set.of(tag), Deadline.after(Duration.ofSeconds(10)));
        return answers.get(tag) instanceof Resolution.Found found
                ? found.revision().value()
                : String.valueOf(answers.get(tag));
    }
}
