package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where servers send a resolver, and what it takes along. */
final class RedirectTest extends HostileServer {

    @Test
    void followsARedirectOnTheSameServerWithCredentials() throws IOException {
        try (RawServer server = new RawServer(HostileServerTest::renamed)) {
            assertThat(ask(server)).isEqualTo(Set.of(TrackedRef.tag("v1")));

            assertThat(server.requests().get(2).line()).contains("POST /new/name.git/git-upload-pack");
            assertThat(server.requests()).allMatch(r -> r.headers().containsKey("authorization"));
        }
    }

    @Test
    void neverSendsCredentialsToAnotherServerByRedirect() throws IOException {
        try (RawServer other = new RawServer(HostileServerTest::empty);
                RawServer server = new RawServer((request, exchange) -> exchange.respond(
                        302,
                        "Location: http://" + other.host() + "/x.git/info/refs?service=git-upload-pack\r\n",
                        ""))) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> ask(server));

            assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
            assertThat(failure).hasMessageContaining("only the same host may be named");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void givesUpARedirectThatGoesInCircles() throws IOException {
        try (RawServer server = new RawServer(
                (request, exchange) -> exchange.respond(302, "Location: " + request.path() + "\r\n", ""))) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> ask(server));

            assertThat(failure).hasMessageContaining("redirects more than 5 times");
            assertThat(server.requests()).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/elsewhere", "file:///etc/passwd", "https://user:pw@127.0.0.1/x", "", "::::"})
    void refusesRedirectsThatAreNotTheSameRequestElsewhere(String location) throws IOException {
        HoldfastException failure =
                failure((request, exchange) -> exchange.respond(302, "Location: " + location + "\r\n", ""));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/sign_in", "https://sso.example.com/saml?x=1", "/login?return_to=%2Fx"})
    void saysThatARedirectToALoginPageWantsCredentials(String location) throws IOException {
        HoldfastException failure =
                failure((request, exchange) -> exchange.respond(302, "Location: " + location + "\r\n", ""));

        assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(failure).hasMessageContaining("login page").hasMessageContaining("credentials");
    }
}
