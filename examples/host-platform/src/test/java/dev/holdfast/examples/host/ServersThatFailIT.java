package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.examples.host.PlatformFixture.Reply;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers and operators are told when a server that the platform works with does not do its part. */
final class ServersThatFailIT {

    @TempDir
    private Path directory;

    private final EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start();
    private HttpServer upstream;
    private PlatformFixture platform;

    @BeforeEach
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            exchange.sendResponseHeaders(429, -1);
            exchange.close();
        });
        upstream.start();
        platform = new PlatformFixture(directory, Map.of(), this::kept);
    }

    @AfterEach
    void stop() {
        platform.close();
        upstream.stop(0);
        postgres.close();
    }

    private void kept(HostOptions options) {
        options.jdbc = postgres.url();
        options.jdbcUser = "postgres";
        options.allowHttp = List.of(at());
    }

    private String at() {
        return "127.0.0.1:" + upstream.getAddress().getPort();
    }

    private void refusedToStart(HostOptions options, String... words) {
        assertThatThrownBy(() -> Platform.start(options, Map.of()))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void aSourceThatAsksForFewerRequestsIs503AndSaysWhenToComeBack() {
        platform.put("/workspaces/ws-1", "{}");

        Reply reply = platform.post(
                "/workspaces/ws-1/plugins", "{\"source\": \"git+http://" + at() + "/greeter.git#ref:main\"}");

        assertThat(reply.status()).as(reply.response().body()).isEqualTo(503);
        assertThat(reply.json().get("reason").asText()).isEqualTo("rate-limited");
        assertThat(reply.json().get("retry").asBoolean()).isTrue();
        assertThat(Integer.parseInt(reply.header("Retry-After"))).isBetween(1, 8);
    }

    @Test
    void aDatabaseThatIsAwayIs503AndMayBeTriedAgain() {
        assertThat(platform.get("/admin/plugin-updates-pending").status()).isEqualTo(200);
        postgres.close();

        Reply reply = platform.get("/admin/plugin-updates-pending");

        assertThat(reply.status()).as(reply.response().body()).isEqualTo(503);
        assertThat(reply.json().get("reason").asText()).isEqualTo("store");
        assertThat(reply.json().get("retry").asBoolean()).isTrue();
    }

    @Test
    void aPortThatIsTakenAndADatabaseThatDoesNotAnswerAreNamedAtTheStart() {
        HostOptions taken = new HostOptions();
        kept(taken);
        taken.state = directory;
        taken.port = URI.create(platform.platform().url()).getPort();
        refusedToStart(taken, "port " + taken.port, "in use", "--port");

        taken.port = 99_999;
        refusedToStart(taken, "99999", "--port");

        taken.jdbc = "jdbc:postgresql://127.0.0.1:1/shop";
        refusedToStart(taken, "--jdbc", "127.0.0.1:1");

        taken.state = null;
        refusedToStart(taken, "--state");
    }
}
