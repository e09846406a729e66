package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers do that are slow, broken, hostile or just not git. */
final class HostileServerTest extends HostileServer {

    @Test
    void endsAtTheDeadlineWhenTheServerNeverAnswers() throws Exception {
        assertEndsInTime((request, exchange) -> exchange.hang());
    }

    @Test
    void endsAtTheDeadlineWhenTheServerDripsHeaders() throws Exception {
        assertEndsInTime((request, exchange) -> {
            exchange.send("HTTP/1.1 200 OK\r\nX-A: ");
            exchange.drip("a");
        });
    }

    @Test
    void endsAtTheDeadlineWhenTheServerDripsCapabilities() throws Exception {
        assertEndsInTime((request, exchange) -> {
            exchange.begin(ADVERTISEMENT);
            exchange.drip(RawServer.capabilities());
        });
    }

    @Test
    void endsAtTheDeadlineWhenTheServerDripsRefs() throws Exception {
        assertEndsInTime((request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.capabilities());
            } else {
                exchange.begin(RESULT);
                exchange.drip(RawServer.pkt("f".repeat(40) + " refs/heads/main\n"));
            }
        });
    }

    /** Where a busy machine does not come so far before the deadline, the next one is later. */
    @Test
    void endsAFetchAtTheDeadlineWhenTheServerFallsSilentMidway() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        AtomicBoolean silent = new AtomicBoolean();
        try (RawServer server = new RawServer((request, exchange) -> {
            if (request.line().startsWith("GET") || posts.getAndIncrement() == 0) {
                empty(request, exchange);
            } else {
                exchange.begin(RESULT);
                exchange.send(RawServer.pkt("packfile\n"));
                silent.set(true);
                exchange.hang();
            }
        })) {
            for (Duration longest = SHORT; !silent.get(); longest = longest.multipliedBy(2)) {
                posts.set(0);
                Deadline deadline = Deadline.after(longest);
                HoldfastException failure = catchThrowableOfType(
                        HoldfastException.class,
                        () -> resolver(server).fetch(source(server), Revision.of("f".repeat(40)), deadline));
                assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
            }
            server.clientGone().get(30, TimeUnit.SECONDS);
        }
    }

    /** Known failure: until an answer began, only the deadline ended the wait. */
    @ParameterizedTest
    @EnumSource
    void givesUpAServerThatIsSilentForTooLongBeforeTheDeadline(Silence silence) throws Exception {
        try (RawServer server = new RawServer(silence);
                JGitResolver impatient = JGitResolver.builder(directory)
                        .allowHttp(server.host())
                        .idleTimeout(Duration.ofSeconds(1))
                        .build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> impatient.resolve(
                            impatient.upstream(source(server)),
                            Set.of(TrackedRef.tag("v1")),
                            Deadline.after(Duration.ofMinutes(5))));

            assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(failure).hasMessageContaining("sent nothing for");
            server.clientGone().get(30, TimeUnit.SECONDS);
        }
    }

    /** Where a server falls silent. */
    enum Silence implements RawServer.Answer {
        BEFORE_AN_ANSWER {
            @Override
            public void to(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
                exchange.hang();
            }
        },
        IN_THE_HEADERS {
            @Override
            public void to(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
                exchange.send("HTTP/1.1 200 OK\r\n");
                exchange.hang();
            }
        },
        IN_THE_FIRST_ANSWER {
            @Override
            public void to(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
                exchange.begin(ADVERTISEMENT);
                exchange.hang();
            }
        },
        BEFORE_THE_ANSWER_TO_A_QUESTION {
            @Override
            public void to(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
                if (request.line().startsWith("GET")) {
                    exchange.advertise(RawServer.capabilities());
                } else {
                    exchange.hang();
                }
            }
        }
    }

    /**
     * Known failure: dulwich (0.21.2) fails where another commit than that of a ref is asked for, and was asked again
     * for ever.
     */
    @ParameterizedTest
    @CsvSource({"true, UNREACHABLE", "false, REVISION_NOT_FOUND"})
    void takesTheFailureOfAServerThatIsAskedForACommitOfNoRefForItsAnswer(boolean named, Reason reason)
            throws IOException {
        String advertised = "a".repeat(40);
        try (RawServer server = new RawServer((request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.pkt("# service=git-upload-pack\n") + "0000"
                        + RawServer.pkt(advertised + " refs/heads/main\0multi_ack_detailed side-band-64k shallow\n")
                        + "0000");
            } else {
                exchange.respond(500, "", "client wants invalid object");
            }
        })) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver(server)
                            .fetch(
                                    source(server),
                                    Revision.of(named ? advertised : "f".repeat(40)),
                                    Deadline.after(Duration.ofMinutes(1))));

            assertThat(failure.reason()).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORIZED",
        "403, FORBIDDEN",
        "404, SOURCE_NOT_FOUND",
        "410, SOURCE_NOT_FOUND",
        "400, PROTOCOL",
        "413, TOO_LARGE",
        "451, FORBIDDEN",
    })
    void tellsByTheStatusWhatAPersonMustMend(int status, Reason reason) throws IOException {
        HoldfastException failure = failure((request, exchange) -> exchange.respond(status, "", "<html>no</html>"));

        assertThat(failure).isInstanceOf(PermanentException.class);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "429, RATE_LIMITED",
        "500, UNREACHABLE",
        "502, UNREACHABLE",
        "503, UNREACHABLE",
        "408, UNREACHABLE",
        "423, UNREACHABLE"
    })
    void tellsByTheStatusWhatIsWorthATryLater(int status, Reason reason) throws IOException {
        HoldfastException failure = failure((request, exchange) -> exchange.respond(status, "", "busy"));

        assertThat(failure).isInstanceOf(TransientException.class);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Retry-After: 120\r\n",
                "Retry-After: 119.5\r\n",
                "RateLimit-Reset: 120\r\n",
                "X-RateLimit-Reset: 120\r\n",
                "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\nX-RateLimit-Reset: 1795255320\r\n",
                "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 10:02:00 GMT\r\n"
            })
    void keepsHowLongTheServerWantsToBeLeftAlone(String headers) throws IOException {
        HoldfastException failure = failure((request, exchange) -> exchange.respond(429, headers, ""));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        TransientException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofMinutes(2)));
    }

    @Test
    void takesGitHubsWayOfSayingTooManyRequests() throws IOException {
        HoldfastException failure =
                failure((request, exchange) -> exchange.respond(403, "X-RateLimit-Remaining: 0\r\n", ""));

        assertThat(failure.reason()).isEqualTo(Reason.RATE_LIMITED);
    }

    @Test
    void saysThatAPageIsNoRepository() throws IOException {
        HoldfastException failure = failure(
                (request, exchange) -> exchange.respond(200, "Content-Type: text/html\r\n", "<html>Log in</html>"));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining("'text/html' and not as a git server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"; charset=utf-8", " ;charset=UTF-8", ""})
    void takesAMediaTypeWithParametersAndInAnyCase(String parameters) throws IOException {
        try (RawServer server = new RawServer((request, exchange) -> {
            boolean asked = request.line().startsWith("GET");
            String type = "application/X-git-upload-pack-" + (asked ? "Advertisement" : "Result") + parameters;
            exchange.respond(200, "Content-Type: " + type + "\r\n", asked ? RawServer.capabilities() : "0000");
        })) {
            assertThat(ask(server)).isEqualTo(Set.of(TrackedRef.tag("v1")));
        }
    }

    @Test
    void saysThatASha256RepositoryCannotBeRead() throws IOException {
        HoldfastException failure = failure((request, exchange) -> exchange.advertise(RawServer.capabilities()
                .replace(RawServer.pkt("object-format=sha1\n"), RawServer.pkt("object-format=sha256\n"))));

        assertThat(failure).isInstanceOf(PermanentException.class).hasMessageContaining("SHA-256 repository");
    }

    @Test
    void boundsAndCleansWhatItRepeatsOfTheServersWords() throws IOException {
        String rubbish = "\u001b[31m" + "x".repeat(50_000) + "\n";
        HoldfastException failure = failure((request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.capabilities());
            } else {
                exchange.respond(200, RESULT, RawServer.pkt(rubbish) + "0000");
            }
        });

        assertThat(failure.getMessage()).hasSizeLessThan(600).doesNotContain("\u001b");
        assertThat(failure.getCause()).isNull();
    }

    private static String manyRefs() {
        return IntStream.range(0, 8_000)
                .mapToObj(i -> RawServer.pkt("f".repeat(40) + " refs/tags/" + "v".repeat(200) + i + "\n"))
                .collect(Collectors.joining());
    }

    @Test
    void stopsReadingRefsAtItsLimit() throws IOException {
        String many = manyRefs();
        HoldfastException failure = failure((request, exchange) ->
                exchange.advertise(RawServer.pkt("# service=git-upload-pack\n") + "0000" + many + "0000"));

        assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void stopsReadingRefsAtItsLimitWhereAFetchBeginsWithThem() throws IOException {
        String many = manyRefs();
        try (RawServer server = new RawServer((request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.capabilities());
            } else {
                exchange.respond(200, RESULT, many + "0000");
            }
        })) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver(server)
                            .fetch(source(server), Revision.of("f".repeat(40)), Deadline.after(Duration.ofMinutes(1))));

            assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void showsNoSecretWhenTheServerSendsItBack() throws IOException {
        HoldfastException failure = failure((request, exchange) -> {
            if (request.line().startsWith("GET")) {
                exchange.advertise(RawServer.capabilities());
            } else {
                String echo = request.headers().getOrDefault("authorization", "") + " " + SECRET;
                exchange.respond(200, RESULT, RawServer.pkt("ERR " + echo + "\n"));
            }
        });

        assertThat(failure.getMessage()).contains("***").doesNotContain(SECRET);
        assertThat(failure.getMessage())
                .doesNotContain(Credentials.basic("bot", SECRET).header());
    }

    @Test
    void reportsARefusedConnectionAsUnreachable() throws IOException {
        RawServer server = new RawServer(HostileServerTest::empty);
        server.close();

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> ask(server));

        assertThat(failure).isInstanceOf(TransientException.class).hasMessageContaining("connection was refused");
        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void reportsAnAnswerThatBreaksOffAsTransient() throws IOException {
        HoldfastException failure = failure((request, exchange) -> {
            exchange.begin(ADVERTISEMENT);
            exchange.send("001e#");
            throw new IOException("hang up");
        });

        assertThat(failure).isInstanceOf(TransientException.class);
    }

    @Test
    void refusesPlainHttpUnlessTheHostIsAllowed() throws IOException {
        try (RawServer server = new RawServer(HostileServerTest::empty);
                JGitResolver strict = JGitResolver.builder(directory).build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> strict.resolve(
                            strict.upstream(source(server)), Set.of(TrackedRef.tag("v1")), Deadline.after(SHORT)));

            assertThat(failure.reason()).isEqualTo(Reason.FORBIDDEN);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void asksOnceHoweverManyRefsAreTrackedAndOnlyForThose() throws IOException {
        try (RawServer server = new RawServer(HostileServerTest::empty)) {
            JGitResolver resolver = resolver(server);
            resolver.resolve(
                    resolver.upstream(source(server)),
                    Set.of(TrackedRef.tag("a"), TrackedRef.tag("b"), TrackedRef.ref("main"), TrackedRef.latestTag()),
                    Deadline.after(Duration.ofSeconds(20)));

            assertThat(server.requests()).hasSize(2);
        }
    }

    private void assertEndsInTime(RawServer.Answer answer) throws Exception {
        try (RawServer server = new RawServer(answer)) {
            JGitResolver resolver = resolver(server);
            long start = System.nanoTime();

            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver.resolve(
                            resolver.upstream(source(server)), Set.of(TrackedRef.tag("v1")), Deadline.after(SHORT)));

            assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            server.clientGone().get(30, TimeUnit.SECONDS);
        }
    }
}
