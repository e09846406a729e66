package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.examples.host.PlatformFixture.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpdateApiIT {

    @TempDir
    private static Path directory;

    private static PlatformFixture platform;

    @BeforeAll
    static void start() throws IOException {
        platform = new PlatformFixture(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static DemoRepository released(String workspace, String... versions) throws IOException {
        DemoRepository repository = platform.repository();
        repository.commit("First", Map.of("greeting.txt", "1\n")).tag("v1.0.0");
        platform.installed(workspace, repository, "tag:v1.0.0", "tag:latest");
        for (String version : versions) {
            repository
                    .commit("Release " + version, Map.of("greeting.txt", version + "\n"))
                    .tag(version);
        }
        platform.look(repository);
        return repository;
    }

    private static Reply apply(JsonNode update) {
        return platform.post(
                path(update, "apply"), "{\"revision\": \"" + update.get("to").asText() + "\"}");
    }

    private static String path(JsonNode update, String what) {
        return "/admin/plugin-updates/" + update.get("id").asText() + "/" + what;
    }

    @Test
    void whatWasReviewedIsLiveAfterApplyAndApplyingItAgainSaysSoToo() throws IOException {
        released("ws-apply", "v1.1.0");
        JsonNode update = platform.update("ws-apply");
        assertThat(platform.get(path(update, "changes"))
                        .json()
                        .at("/commits/0/subject")
                        .asText())
                .isEqualTo("Release v1.1.0");
        assertThat(platform.get(path(update, "changes")).json().get("changed")).hasSize(1);

        Reply first = apply(update);
        Reply second = apply(update);

        assertThat(List.of(first.status(), second.status())).containsExactly(200, 200);
        assertThat(second.json().get("status").asText()).isEqualTo("applied");
        assertThat(platform.directory().resolve("workspaces/ws-apply/plugins/greeter/greeting.txt"))
                .hasContent("v1.1.0\n");
    }

    @Test
    void anotherRevisionThanTheUpdatesIsRefusedAndNothingIsDelivered() throws IOException {
        released("ws-other", "v1.1.0");
        JsonNode update = platform.update("ws-other");

        Reply reply = platform.post(path(update, "apply"), "{\"revision\": \"" + "a".repeat(40) + "\"}");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(Files.readString(platform.directory().resolve("workspaces/ws-other/plugins/greeter/greeting.txt")))
                .isEqualTo("1\n");
    }

    @Test
    void anUpdateThatNobodyHasIs404() {
        assertThat(platform.get("/admin/plugin-updates/4711").status()).isEqualTo(404);
        assertThat(platform.get("/admin/plugin-updates/4711/changes").status()).isEqualTo(404);
        assertThat(platform.post("/admin/plugin-updates/4711/apply", "{\"revision\": \"" + "a".repeat(40) + "\"}")
                        .status())
                .isEqualTo(404);
        assertThat(platform.post("/admin/plugin-updates/4711/dismiss", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void anIdThatIsNoNumberAndABodyWithoutRevisionAre400() throws IOException {
        released("ws-400", "v1.1.0");
        JsonNode update = platform.update("ws-400");

        assertThat(platform.get("/admin/plugin-updates/abc").status()).isEqualTo(400);
        assertThat(platform.post(path(update, "apply"), "{}").status()).isEqualTo(400);
        assertThat(platform.post(path(update, "apply"), "{\"revision\": \"latest\"}")
                        .status())
                .isEqualTo(400);
        assertThat(platform.get("/admin/plugin-updates?status=sleeping").status())
                .isEqualTo(400);
    }

    @Test
    void whatWasDismissedOrSupersededIs409() throws IOException {
        DemoRepository repository = released("ws-409", "v1.1.0");
        JsonNode first = platform.update("ws-409");
        repository.commit("Better", Map.of("greeting.txt", "2\n")).tag("v1.2.0");
        platform.look(repository);
        JsonNode second = platform.update("ws-409");

        Reply superseded = apply(first);
        Reply dismissal = platform.post(path(second, "dismiss"), "{\"note\": \"not now\"}");
        Reply dismissed = apply(second);

        assertThat(superseded.status()).isEqualTo(409);
        assertThat(superseded.json().get("title").asText()).isEqualTo("update is superseded");
        assertThat(dismissal.status()).isEqualTo(200);
        assertThat(platform.post(path(second, "dismiss"), "{}").status()).isEqualTo(200);
        assertThat(dismissed.status()).isEqualTo(409);
        assertThat(dismissed.json().get("title").asText()).isEqualTo("update is dismissed");
        assertThat(platform.post(path(second, "retry"), "{}").status()).isEqualTo(409);
    }

    @Test
    void pagesLeadFromOneToTheNextUntilNothingIsLeft() throws IOException {
        DemoRepository repository = platform.repository();
        repository.commit("First", Map.of("greeting.txt", "1\n")).tag("v1.0.0");
        for (int i = 1; i <= 3; i++) {
            platform.installed("ws-page-" + i, repository, "tag:v1.0.0", "tag:latest");
        }
        repository.commit("Second", Map.of("greeting.txt", "2\n")).tag("v1.1.0");
        platform.look(repository);

        Reply first = platform.get("/admin/plugin-updates-pending?limit=2");
        String link = first.header("Link");
        Reply second = platform.get("/admin/plugin-updates-pending" + link.substring(1, link.indexOf('>')));

        assertThat(first.json()).hasSize(2);
        assertThat(second.json().get(0).get("id").asLong())
                .isLessThan(first.json().get(1).get("id").asLong());
        assertThat(platform.get("/admin/plugin-updates-pending?limit=500").header("Link"))
                .isEmpty();
        assertThat(platform.get("/admin/plugin-updates-pending?after=x").status())
                .isEqualTo(400);
    }

    @Test
    void aListWithNothingInItIsAnEmptyArray() {
        assertThat(platform.get("/admin/plugin-updates?workspace=nobody")
                        .response()
                        .body())
                .isEqualTo("[]");
        assertThat(platform.get("/admin/plugin-updates-pending?after=1")
                        .response()
                        .body())
                .isEqualTo("[]");
        assertThat(platform.get("/admin/containers").response().body()).isEqualTo("[]");
        assertThat(platform.get("/admin/images").response().body()).isEqualTo("[]");
    }

    @Test
    void whoWatchesSeesHowAnApplyGoesOn() throws Exception {
        released("ws-watch", "v1.1.0");
        JsonNode update = platform.update("ws-watch");

        try (EventReader events = platform.events().ready()) {
            apply(update);

            List<String> seen = events.until("changed");
            assertThat(seen.get(0)).startsWith("progress {\"update\":" + update.get("id"));
            assertThat(seen.get(seen.size() - 1)).contains("\"kind\":\"upgrade\"", "\"workspace\":\"ws-watch\"");
        }
    }
}
