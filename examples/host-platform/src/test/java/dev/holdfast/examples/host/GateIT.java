package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.examples.host.PlatformFixture.Reply;
import dev.holdfast.spi.PermanentException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and what the others are told. */
final class GateIT {

    private static final String ALICE = "alice-has-a-long-secret";
    private static final String BOB = "bob-has-a-long-secret-too";

    @TempDir
    private static Path directory;

    private static PlatformFixture platform;

    @BeforeAll
    static void start() throws IOException {
        platform = new PlatformFixture(directory, Map.of("HOLDFAST_TOKENS", "alice=" + ALICE + ",bob=" + BOB));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static Reply with(String token) {
        return platform.get("/admin/audit", "Authorization", "Bearer " + token);
    }

    private static void problem(Reply reply, int status) {
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.json().get("status").asInt()).isEqualTo(status);
        assertThat(reply.json().get("title").asText()).isNotBlank();
        assertThat(reply.json().get("type").asText()).isNotBlank();
    }

    @Test
    void withoutAKnownTokenNothingIsShownOrDone() {
        for (Reply reply : List.of(
                platform.get("/admin/audit"),
                with("alice"),
                with(ALICE + "x"),
                with(""),
                platform.get("/admin/audit", "Authorization", ALICE),
                platform.get("/workspaces"),
                platform.get("/workspaces/ws-1/plugins"),
                platform.get("/admin/events"),
                platform.get("/metrics"),
                platform.put("/workspaces/ws-1", "{}"))) {
            problem(reply, 401);
            assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void whoShowsATokenIsWrittenToTheAudit() throws IOException {
        DemoRepository repository = platform.repository().commit("First", Map.of("a", "1\n"));
        platform.send(platform.request("/workspaces/ws-1")
                .header("Authorization", "Bearer " + BOB)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{}")));
        Reply install = platform.post(
                "/workspaces/ws-1/plugins",
                "{\"source\": \"" + repository.at("ref:main") + "\"}",
                "Authorization",
                "bearer " + BOB);

        assertThat(install.status()).isEqualTo(201);
        assertThat(with(ALICE).json().get(0).get("actor").asText()).isEqualTo("bob");
    }

    @Test
    void whatHoldsNoSecretNeedsNoToken() {
        assertThat(platform.get("/healthz").status()).isEqualTo(200);
        assertThat(platform.get("/").status()).isEqualTo(200);
        assertThat(platform.get("/openapi.json").status()).isEqualTo(200);
    }

    @Test
    void thePlatformDoesNotListenWhereOthersAreWithoutTokens() {
        HostOptions options = new HostOptions();
        options.bind = "0.0.0.0";
        options.state = directory;

        assertThatThrownBy(() -> Platform.start(options, Map.of()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("HOLDFAST_TOKENS");
    }

    @Test
    void aTokenThatCanBeGuessedIsRefusedAtTheStartAndNotShown() {
        assertThatThrownBy(() -> Secrets.of(Map.of("HOLDFAST_TOKENS", "alice=hunter2")))
                .hasMessageContaining("at least 16")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> Secrets.of(Map.of("HOLDFAST_TOKENS", ALICE)))
                .hasMessageContaining("name=secret")
                .hasMessageNotContaining(ALICE);
    }

    @Test
    void aNameThatIsNotThePlatformsIsRefused() throws IOException {
        assertThat(platform.raw("GET /holdfast/healthz HTTP/1.1\r\nHost: rebound.example"))
                .startsWith("HTTP/1.1 421");
        assertThat(platform.raw("GET /holdfast/healthz HTTP/1.1\r\nHost: localhost:1234"))
                .startsWith("HTTP/1.1 200");
        assertThat(platform.raw("GET / HTTP/1.1\r\nHost: 127.0.0.1.rebound.example"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void aPageOfAnotherSiteIsRefused() {
        problem(platform.get("/healthz", "Origin", "https://other.example"), 403);
        problem(platform.get("/healthz", "Origin", "null"), 403);
        problem(platform.get("/healthz", "Sec-Fetch-Site", "cross-site"), 403);
        assertThat(platform.get("/", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
                        .status())
                .isEqualTo(200);
        String own = platform.platform().url().replaceFirst("/holdfast/$", "");
        assertThat(platform.get("/healthz", "Origin", own, "Sec-Fetch-Site", "same-origin")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatAFormCanSendIsRefused() {
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
            problem(
                    platform.send(platform.request("/admin/sweeps")
                            .header("Authorization", "Bearer " + ALICE)
                            .header("Content-Type", type)
                            .POST(BodyPublishers.ofString("{}"))),
                    415);
        }
    }

    @Test
    void everyRefusalIsAProblemDocument() throws IOException {
        String[] alice = {"Authorization", "Bearer " + ALICE};
        problem(platform.get("/nothing"), 404);
        problem(platform.delete("/healthz"), 405);
        problem(platform.post("/admin/sweeps", "{\"upstream\": ", alice), 400);
        problem(platform.post("/admin/sweeps", "[]", alice), 400);
        problem(platform.post("/admin/sweeps", "null", alice), 400);
        problem(platform.post("/admin/sweeps", "{} {}", alice), 400);
        problem(platform.post("/admin/sweeps", "{\"surprise\": 1}", alice), 400);
        problem(platform.post("/admin/sweeps", "[".repeat(1000), alice), 400);
        problem(platform.post("/admin/sweeps", " ".repeat(100_000), alice), 413);
        assertThat(platform.raw("GET /%zz HTTP/1.1\r\nHost: localhost"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json");
        assertThat(platform.raw("GET /a%00b HTTP/1.1\r\nHost: localhost"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json");
    }

    @Test
    void noAnswerMayBeFramedGuessedOrKept() {
        Reply page = platform.get("/");

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(with(ALICE).header("Cache-Control")).isEqualTo("no-store");
    }
}
