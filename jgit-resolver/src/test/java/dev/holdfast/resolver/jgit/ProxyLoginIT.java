package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A real git server behind a proxy that wants a login. */
final class ProxyLoginIT extends AgainstGitServer {

    private static final Credentials LOGIN = Credentials.basic("me", "secret");

    private JGitResolverBuilder through(LoginProxy proxy) {
        return builder().proxy(ProxySelector.of(InetSocketAddress.createUnresolved("127.0.0.1", proxy.port())));
    }

    @Test
    void logsInAtTheProxyThatIsNamed() throws IOException {
        Revision revision = repository.commit(Map.of("a", "1"));
        try (LoginProxy proxy = LoginProxy.start(LOGIN);
                JGitResolver proxied = through(proxy)
                        .proxyCredentials(at -> at.equals(proxy.host()) ? Optional.of(LOGIN) : Optional.empty())
                        .build()) {
            assertThat(content(proxied, repository.source(), revision)).isEqualTo(Map.of("a", "1"));
            assertThat(proxy.requests()).isNotEmpty().allMatch(line -> line.contains(" http://" + server.host() + "/"));
        }
    }

    @Test
    void saysThatTheProxyDidNotTakeTheCredentials() throws IOException {
        Revision revision = repository.commit(Map.of("a", "1"));
        try (LoginProxy proxy = LoginProxy.start(LOGIN);
                JGitResolver proxied = through(proxy)
                        .proxyCredentials(at -> Optional.of(Credentials.basic("me", "pa55word")))
                        .build()) {
            PermanentException refused = catchThrowableOfType(
                    PermanentException.class, () -> content(proxied, repository.source(), revision));

            assertThat(refused.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(refused)
                    .hasMessageContaining("did not take those that are given for it; renew them")
                    .hasMessageNotContaining("disabledSchemes")
                    .hasMessageNotContaining("pa55word");
        }
    }

    @Test
    void logsInForATunnelWhereTheJvmAllowsThatAndTheServerHearsNothingOfIt() {
        String output = run(List.of("-Djdk.http.auth.tunneling.disabledSchemes="));

        assertThat(output).contains("{a=1}").contains("CONNECT 127.0.0.1:").contains("inside the tunnel [");
        assertThat(output.lines().filter(line -> line.startsWith("inside the tunnel")))
                .allMatch(line -> line.contains("host") && !line.contains("proxy-authorization"));
    }

    @Test
    void saysWhichSettingOfTheJvmKeepsItFromLoggingInForATunnel() {
        assertThat(run(List.of()))
                .contains("UNAUTHORIZED")
                .contains("start the JVM with -Djdk.http.auth.tunneling.disabledSchemes=")
                .doesNotContain("{a=1}");
    }

    private String run(List<String> jvm) {
        return ResolverProgram.run(
                ProxiedHost.class,
                List.of(),
                jvm,
                directory.resolve("home"),
                directory.resolve("proxied").toString());
    }
}
