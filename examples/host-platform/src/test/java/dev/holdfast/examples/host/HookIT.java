package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.host.PlatformFixture.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HookIT {

    private static final String SECRET = "a-secret-of-good-length";

    @TempDir
    private static Path directory;

    private static PlatformFixture platform;

    @BeforeAll
    static void start() throws IOException {
        platform = new PlatformFixture(directory, Map.of("HOLDFAST_HOOK_SECRET", SECRET));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static Reply send(String id, Instant at, String signed, String sent) {
        String time = Long.toString(at.getEpochSecond());
        String signature = signature(id + "." + time + "." + signed);
        return platform.post(
                "/hooks/sources", sent, "webhook-id", id, "webhook-timestamp", time, "webhook-signature", signature);
    }

    /** As Standard Webhooks sign. */
    private static String signature(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply send(String id, Instant at, String body) {
        return send(id, at, body, body);
    }

    private static String body(DemoRepository repository) {
        return "{\"source\": \"" + repository.at("ref:main") + "\"}";
    }

    private static DemoRepository moved(String workspace) throws IOException {
        DemoRepository repository = platform.repository().commit("First", Map.of("a", "1\n"));
        platform.installed(workspace, repository, "ref:main", "ref:main");
        return repository.commit("Second", Map.of("a", "2\n"));
    }

    @Test
    void aSourceThatSaysItMovedIsLookedAt() throws Exception {
        DemoRepository repository = moved("ws-hook");

        try (EventReader events = platform.events().ready()) {
            assertThat(send("msg-1", Instant.now(), body(repository)).status()).isEqualTo(202);

            events.until("swept");
        }
        assertThat(platform.update("ws-hook").get("status").asText()).isEqualTo("pending");
    }

    @Test
    void theSameMessageAgainIsTakenAndDoesNothing() throws IOException {
        String body = body(moved("ws-again"));
        Instant now = Instant.now();

        assertThat(send("msg-2", now, body).json().get("repeated").asBoolean()).isFalse();
        assertThat(send("msg-2", now, body).json().get("repeated").asBoolean()).isTrue();
    }

    @Test
    void aBodyThatWasNotSignedIsRefused() throws IOException {
        String body = body(moved("ws-forged"));

        assertThat(send("msg-3", Instant.now(), body.replace("main", "evil"), body)
                        .status())
                .isEqualTo(401);
        assertThat(platform.post("/hooks/sources", body).status()).isEqualTo(401);
        assertThat(platform.get("/admin/plugin-updates?workspace=ws-forged")
                        .response()
                        .body())
                .isEqualTo("[]");
    }

    @Test
    void anOldMessageAndOneFromTheFutureAreRefused() throws IOException {
        String body = body(moved("ws-old"));

        assertThat(send("msg-4", Instant.now().minusSeconds(301), body).status())
                .isEqualTo(401);
        assertThat(send("msg-5", Instant.now().plusSeconds(310), body).status()).isEqualTo(401);
        assertThat(send("msg-6", Instant.now().minusSeconds(280), body).status())
                .isEqualTo(202);
    }

    @Test
    void aSignedMessageThatNamesNoSourceIs400() {
        assertThat(send("msg-7", Instant.now(), "{}").status()).isEqualTo(400);
        assertThat(send("msg-8", Instant.now(), "{\"source\": \"; rm -rf /\"}").status())
                .isEqualTo(400);
    }
}
