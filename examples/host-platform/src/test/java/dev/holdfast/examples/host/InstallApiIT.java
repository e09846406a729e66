package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.examples.host.PlatformFixture.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallApiIT {

    @TempDir
    private static Path directory;

    private static PlatformFixture platform;
    private static DemoRepository repository;

    @BeforeAll
    static void start() throws IOException {
        platform = new PlatformFixture(directory, Map.of());
        repository = platform.repository();
        repository.commit("First", Map.of("greeting.txt", "1\n")).tag("v1.0.0");
        repository.commit("Second", Map.of("greeting.txt", "2\n")).tag("v1.1.0");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static Reply install(String workspace, String source) {
        platform.put("/workspaces/" + workspace, "{}");
        return platform.post(
                "/workspaces/" + workspace + "/plugins", "{\"source\": \"" + source + "\", \"plugin\": \"greeter\"}");
    }

    private static void refused(Reply reply, int status, String reason) {
        assertThat(reply.json().path("reason").asText())
                .as(reply.response().body())
                .isEqualTo(reason);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().get("status").asInt()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void aPluginIsInstalledListedRolledBackExplainedAndRemoved() {
        Reply first = install("ws-1", repository.at("tag:v1.0.0").toString());
        Reply again = install("ws-1", repository.at("tag:v1.0.0").toString());
        Reply newer = install("ws-1", repository.at("tag:v1.1.0").toString());

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(newer.json().get("from")).isEqualTo(first.json().get("revision"));
        assertThat(platform.get("/workspaces/ws-1/plugins").json().findValuesAsText("version"))
                .containsExactly("v1.1.0");

        Reply rollback = platform.post("/workspaces/ws-1/plugins/greeter/rollback", "{}");
        assertThat(rollback.json().get("revision")).isEqualTo(first.json().get("revision"));
        assertThat(platform.get("/workspaces/ws-1/plugins/greeter/explain")
                        .json()
                        .get("code")
                        .asText())
                .isNotEmpty();
        assertThat(platform.get("/workspaces/ws-1/plugins/greeter/history")
                        .json()
                        .get("operations")
                        .findValuesAsText("kind"))
                .containsExactly("rollback", "upgrade", "install");

        assertThat(platform.delete("/workspaces/ws-1/plugins/greeter").status()).isEqualTo(200);
        refused(platform.delete("/workspaces/ws-1/plugins/greeter"), 404, "not-installed");
        assertThat(platform.get("/workspaces/ws-1/plugins").response().body()).isEqualTo("[]");
    }

    @Test
    void aPolicyIsSetAndABrokenOneRefused() {
        install("ws-policy", repository.at("tag:v1.0.0").toString());

        Reply set = platform.put("/workspaces/ws-policy/plugins/greeter/policy", "{\"policy\": \"auto:minor\"}");

        assertThat(set.json().get("policy").asText()).isEqualTo("auto:minor");
        refused(
                platform.put("/workspaces/ws-policy/plugins/greeter/policy", "{\"policy\": \"sometimes\"}"),
                400,
                "invalid-value");
    }

    @Test
    void whatIsWrongWithARequestIs400() {
        refused(install("ws-2", "no such scheme"), 400, "invalid-value");
        refused(install("ws-2", "ftp://example.com/greeter"), 400, "unknown-scheme");
        assertThat(platform.post("/workspaces/ws-2/plugins", "{}").status()).isEqualTo(400);
        refused(platform.put("/workspaces/-rf", "{}"), 400, "invalid-value");
        refused(platform.put("/workspaces/ws-3", "{\"container\": \"ws-3\"}"), 400, "invalid-value");
    }

    @Test
    void aSourceThatIsNotAllowedIs403() throws IOException {
        DemoRepository elsewhere = DemoRepository.init(platform.directory().resolve("elsewhere"), "Eve");
        elsewhere.commit("First", Map.of("a", "1\n"));

        refused(install("ws-2", elsewhere.at("ref:main").toString()), 403, "forbidden");
    }

    @Test
    void whatDoesNotExistIs404() {
        assertThat(platform.get("/workspaces/nowhere/plugins").status()).isEqualTo(404);
        assertThat(platform.post("/workspaces/nowhere/plugins", "{\"source\": \"greeter\"}")
                        .status())
                .isEqualTo(404);
        refused(install("ws-2", repository.at("tag:v9.9.9").toString()), 404, "ref-not-found");
        refused(install("ws-2", repository.at("ref:main") + "x"), 404, "ref-not-found");
    }

    @Test
    void whatContradictsTheRecordIs409() throws IOException {
        install("ws-4", repository.at("tag:v1.0.0").toString());
        DemoRepository other = platform.repository().commit("Other", Map.of("a", "1\n"));

        refused(install("ws-4", other.at("ref:main").toString()), 409, "conflict");
        refused(platform.post("/workspaces/ws-4/plugins/greeter/rollback", "{}"), 409, "nothing-to-roll-back");
    }

    @Test
    void aPluginThatIsTooLargeIs413() throws IOException {
        DemoRepository large = platform.repository().commit("Large", Map.of("a", "x".repeat(2 << 20)));

        refused(install("ws-5", large.at("ref:main").toString()), 413, "too-large");
    }

    @Test
    void aPluginThatBreaksARuleIs422() throws IOException {
        DemoRepository forged = platform.repository().commit("Forge", Map.of(".complete", "yes\n"));

        refused(install("ws-5", forged.at("ref:main").toString()), 422, "bundle-refused");
    }

    @Test
    void aServerThatCannotBeReachedIs502() {
        refused(install("ws-5", "git+http://127.0.0.1:1/greeter.git#ref:main"), 502, "unreachable");
    }

    @Test
    void aSourceIsLookedAtSuspendedAndResumed() {
        install("ws-6", repository.at("tag:latest").toString());
        JsonNode upstream = platform.get("/admin/upstreams").json().get(0).get("upstream");
        String named = "{\"upstream\": " + upstream + "}";

        assertThat(platform.post("/admin/sweeps", named).json().get("claimed").asInt())
                .isEqualTo(1);
        assertThat(platform.post("/admin/upstreams/suspend", "{\"upstream\": " + upstream + "}")
                        .status())
                .isEqualTo(400);
        assertThat(platform.post("/admin/upstreams/suspend", "{\"upstream\": " + upstream + ", \"why\": \"moving\"}")
                        .status())
                .isEqualTo(204);
        assertThat(platform.get("/admin/upstreams").json().findValuesAsText("suspended"))
                .contains("moving");
        assertThat(platform.post("/admin/sweeps", named).status()).isEqualTo(409);
        assertThat(platform.post("/admin/upstreams/resume", named).status()).isEqualTo(204);
        assertThat(platform.post("/admin/sweeps", "{}").status()).isEqualTo(200);
    }

    @Test
    void whatWasDoneIsCountedWithoutNamingAnybody() {
        install("ws-counted", repository.at("tag:v1.0.0").toString());

        Reply metrics = platform.get("/metrics");

        assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.response().body()).contains("holdfast_").doesNotContain("ws-counted");
        assertThat(platform.get("/admin/health").json().get("status").asText()).isNotEqualTo("failing");
    }

    @Test
    void aWorkspaceThatIsGoneIsForgotten() {
        install("ws-7", repository.at("tag:v1.0.0").toString());

        assertThat(platform.delete("/workspaces/ws-7").status()).isEqualTo(204);

        assertThat(platform.get("/workspaces/ws-7").status()).isEqualTo(404);
        assertThat(platform.get("/admin/installs").json().findValuesAsText("workspace"))
                .doesNotContain("ws-7");
        assertThat(platform.get("/admin/audit?workspace=ws-7").json().findValuesAsText("action"))
                .contains("install");
    }
}
