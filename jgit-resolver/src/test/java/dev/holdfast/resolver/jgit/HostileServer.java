package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** A server that says what a test has written for it, and a resolver that asks it. */
abstract class HostileServer {

    static final Duration SHORT = Duration.ofSeconds(3);
    static final String ADVERTISEMENT = "Content-Type: application/x-git-upload-pack-advertisement\r\n";
    static final String RESULT = "Content-Type: application/x-git-upload-pack-result\r\n";
    static final String SECRET = "hunter2-secret";

    @TempDir
    Path directory;

    static void renamed(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
        if (request.line().contains("/acme/greeter.git")) {
            exchange.respond(301, "Location: /new/name.git/info/refs?service=git-upload-pack\r\n", "");
        } else {
            empty(request, exchange);
        }
    }

    static void empty(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
        if (request.line().startsWith("GET")) {
            exchange.advertise(RawServer.capabilities());
        } else {
            exchange.respond(200, RESULT, "0000");
        }
    }

    final Set<TrackedRef> ask(RawServer server) {
        try (JGitResolver resolver = resolver(server)) {
            return resolver.resolve(
                            resolver.upstream(source(server)),
                            Set.of(TrackedRef.tag("v1")),
                            Deadline.after(Duration.ofSeconds(20)))
                    .keySet();
        }
    }

    final HoldfastException failure(RawServer.Answer answer) throws IOException {
        try (RawServer server = new RawServer(answer)) {
            return catchThrowableOfType(HoldfastException.class, () -> ask(server));
        }
    }

    final JGitResolver resolver(RawServer server) {
        return JGitResolver.builder(directory)
                .allowHttp(server.host())
                .refsLimit(1024 * 1024)
                .credentials(host ->
                        host.equals(server.host()) ? Optional.of(Credentials.basic("bot", SECRET)) : Optional.empty())
                .build();
    }

    static Source source(RawServer server) {
        return Source.parse("git+http://" + server.host() + "/acme/greeter.git");
    }
}
