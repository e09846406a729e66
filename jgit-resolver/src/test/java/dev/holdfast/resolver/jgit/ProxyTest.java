package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that come from a proxy between us and the server. */
final class ProxyTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "github://acme/greeter, 407, UNAUTHORIZED, true, give them by proxyCredentials",
        "git+http://git.example.com/x.git, 407, UNAUTHORIZED, true, wants credentials",
        "github://acme/greeter, 401, UNAUTHORIZED, true, wants credentials (HTTP 401)",
        "github://acme/greeter, 403, FORBIDDEN, true, forbids that",
        "github://acme/greeter, 502, UNREACHABLE, false, cannot reach it",
        "github://acme/greeter, 503, UNREACHABLE, false, cannot reach it",
    })
    void saysThatTheProxyAnsweredAndWhatToDo(String source, int status, Reason reason, boolean permanent, String words)
            throws IOException {
        try (RawServer proxy = new RawServer((request, exchange) ->
                exchange.respond(status, "Proxy-Authenticate: Basic realm=\"gate\"\r\n", "no"))) {
            HoldfastException failure = failure(source, proxy.host());

            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure instanceof PermanentException).isEqualTo(permanent);
            assertThat(failure)
                    .hasMessageContaining("the proxy " + proxy.host())
                    .hasMessageContaining(words);
        }
    }

    @Test
    void saysThatTheWayLeadsThroughAProxyThatIsAway() throws IOException {
        RawServer proxy = new RawServer((request, exchange) -> exchange.respond(200, "", ""));
        proxy.close();

        assertThat(failure("github://acme/greeter", proxy.host()))
                .hasMessageContaining("through the proxy " + proxy.host() + ": the connection was refused");
    }

    private HoldfastException failure(String text, String proxy) {
        int colon = proxy.indexOf(':');
        InetSocketAddress at =
                new InetSocketAddress(proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1)));
        Source source = Source.parse(text);
        try (JGitResolver resolver = JGitResolver.builder(directory)
                .proxy(ProxySelector.of(at))
                .allowHttp("git.example.com")
                .build()) {
            return catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver.resolve(
                            resolver.upstream(source),
                            Set.of(TrackedRef.tag("v1")),
                            Deadline.after(Duration.ofSeconds(60))));
        }
    }
}
