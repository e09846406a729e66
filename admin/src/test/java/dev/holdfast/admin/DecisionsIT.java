package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.AdminFixture.Reply;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.RolloutPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions about many updates, rollouts, quarantines and releases, over REST. */
@Timeout(120)
final class DecisionsIT {

    private static final int WORKSPACES = 6;

    private AdminFixture host;

    @BeforeEach
    void start() throws Exception {
        host = new AdminFixture(builder -> builder);
        host.test().upstream("acme/greeter").release("v1.0.0");
        for (int i = 0; i < WORKSPACES; i++) {
            host.installed("ws-" + i, "greeter", "v1.0.0");
        }
        host.holdfast().labels().set(WorkspaceId.of("ws-1"), Labels.of("env", "prod"), "alice");
        // Releases of one instant have no order.
        host.test().clock().advance(Duration.ofMinutes(1));
        host.test().upstream("acme/greeter").release("v2.0.0");
        host.test().sweep();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private JsonNode queue() {
        return host.get("admin/queue?limit=500").json();
    }

    private String many(JsonNode queue) {
        List<String> items = new ArrayList<>();
        queue.forEach(
                item -> items.add("{\"id\":" + item.at("/update/id") + ",\"revision\":" + item.at("/update/to") + "}"));
        return "{\"updates\":[" + String.join(",", items) + "],\"note\":null}";
    }

    private String revision() {
        return queue().at("/0/update/to").asText();
    }

    @Test
    void theQueueSaysInOneAnswerWhatAListOfItShows() {
        JsonNode queue = queue();

        assertThat(queue).hasSize(WORKSPACES);
        assertThat(queue.findValuesAsText("fromVersion")).containsOnly("v1.0.0");
        assertThat(queue.findValuesAsText("source")).containsOnly("github://acme/greeter");
        assertThat(queue.findValues("labels").stream().filter(labels -> labels.has("env")))
                .hasSize(1);
    }

    @Test
    void manyAreAppliedInOneCallAndTheSameCallAgainDoesNothing() {
        String many = many(queue());

        Reply first = host.post("admin/plugin-updates/apply", many);
        Reply again = host.post("admin/plugin-updates/apply", many);

        assertThat(first.status()).as(first.response().body()).isEqualTo(200);
        assertThat(first.json().findValuesAsText("outcome")).hasSize(WORKSPACES).containsOnly("applied");
        assertThat(again.json().findValuesAsText("outcome")).containsOnly("already-applied");
        assertThat(host.test().live("ws-3", "greeter").resolve("SKILL.md")).hasContent("v2.0.0");
    }

    @Test
    void whoWatchesHearsAnAnswerForEach() throws Exception {
        try (EventReader events = new EventReader(host.events())) {
            host.post("admin/plugin-updates/dismiss", many(queue()));

            for (int i = 0; i < WORKSPACES; i++) {
                assertThat(events.until("answered")).contains("\"outcome\":\"dismissed\"");
            }
        }
    }

    @Test
    void whatIsWrongWithADecisionAboutManyIs400() {
        assertThat(host.post("admin/plugin-updates/apply", "{}").status()).isEqualTo(400);
        assertThat(host.post("admin/plugin-updates/apply", "{\"updates\":[1]}").status())
                .isEqualTo(400);
        assertThat(host.post("admin/plugin-updates/apply", "{\"updates\":[{\"id\":1}]}")
                        .status())
                .isEqualTo(400);
        assertThat(host.post("admin/plugin-updates/apply", "{\"updates\":[{\"id\":1,\"revision\":\"latest\"}]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aRolloutIsBegunPausedResumedAndStopped() {
        host.holdfast().rollouts().setPlan("careful", RolloutPlan.parse("ring 20%; ring rest"), "alice");
        String wanted =
                "{\"plan\":\"careful\",\"source\":\"github://acme/greeter\",\"revision\":\"" + revision() + "\"}";

        Reply begun = host.post("admin/rollouts", wanted);
        String one = "admin/rollouts/" + begun.json().get("id");

        assertThat(begun.status()).as(begun.response().body()).isEqualTo(201);
        assertThat(begun.json().get("rings")).hasSize(2);
        assertThat(host.post(one + "/pause", "{\"note\":\"lunch\"}")
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("paused");
        assertThat(host.post(one + "/resume", "{}").json().get("state").asText())
                .isEqualTo("running");
        assertThat(host.get(one + "/members").json()).hasSize(WORKSPACES);
        assertThat(host.post(one + "/stop", "{}").json().get("state").asText()).isEqualTo("stopped");
        assertThat(host.get("admin/rollouts?which=open").json()).isEmpty();
        assertThat(host.get("admin/rollouts/4711").status()).isEqualTo(404);
        assertThat(host.post("admin/rollouts", wanted.replace("careful", "none"))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aQuarantineIsDeclaredStopsAnUpdateAndIsLifted() {
        String many = many(queue());
        Reply declared = host.post(
                "admin/quarantines",
                "{\"revision\":\"" + revision() + "\",\"scope\":\"labels env=prod\",\"reason\":\"loses data\"}");
        String one = "admin/quarantines/" + declared.json().get("id");

        assertThat(declared.status()).as(declared.response().body()).isEqualTo(201);
        assertThat(host.post("admin/plugin-updates/apply", many).json().findValuesAsText("outcome"))
                .containsOnlyOnce("refused")
                .contains("applied");
        assertThat(host.get(one + "/affected").json()).isEmpty();
        assertThat(host.post(one + "/lift", "{}").json().get("active").asBoolean())
                .isFalse();
        assertThat(host.post("admin/quarantines", "{\"reason\":\"all\"}").status())
                .isEqualTo(400);
    }

    @Test
    void whatAQuarantineAffectsIsRolledBackInOneCall() {
        String revision = revision();
        host.post("admin/plugin-updates/apply", many(queue()));
        host.holdfast().rollouts().setPlan("careful", RolloutPlan.parse("ring 50%; ring rest; halt 1"), "alice");
        Reply declared =
                host.post("admin/quarantines", "{\"revision\":\"" + revision + "\",\"reason\":\"loses data\"}");
        String one = "admin/quarantines/" + declared.json().get("id");
        assertThat(host.get(one + "/affected").json()).hasSize(WORKSPACES);

        Reply back = host.post(one + "/roll-back", "{\"plan\":\"careful\"}");

        assertThat(back.status()).as(back.response().body()).isEqualTo(200);
        assertThat(back.json().findValuesAsText("outcome")).hasSize(WORKSPACES).containsOnly("rolled-back");
        assertThat(back.json().findValuesAsText("version")).containsOnly("v1.0.0");
        assertThat(back.json().get("left").asInt()).isZero();
        assertThat(host.get(one + "/affected").json()).isEmpty();
        assertThat(host.post(one + "/roll-back", "{\"plan\":\"none\"}").status())
                .isEqualTo(409);
        assertThat(host.post(one + "/roll-back", "{}").status()).isEqualTo(400);
        assertThat(host.post("admin/quarantines/4711/roll-back", "{\"plan\":\"careful\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anInstallIsVerifiedRepairedAndRolledBackToAChosenRelease() {
        host.post("admin/plugin-updates/apply", many(queue()));
        String plugin = "workspaces/ws-1/plugins/greeter";
        JsonNode releases = host.get(plugin + "/releases").json();

        assertThat(releases.findValuesAsText("version")).containsExactly("v2.0.0", "v1.0.0");
        assertThat(host.post(plugin + "/verify", "{}").json().get("outcome").asText())
                .isEqualTo("intact");
        assertThat(host.post(plugin + "/repair", "{}").json().get("changed").asBoolean())
                .isFalse();
        Reply back = host.post(
                plugin + "/rollback", "{\"release\":" + releases.get(1).get("release") + ",\"reason\":\"loses data\"}");
        assertThat(back.json().path("version").asText())
                .as(back.response().body())
                .isEqualTo("v1.0.0");
        assertThat(host.get("workspaces/ws-1/holds").json().get("holds")).isEmpty();
    }

    @Test
    void theAuditIsFilteredAndExported() {
        JsonNode installs =
                host.get("admin/audit?action=install&workspace=ws-2").json();
        Reply csv = host.get("admin/audit-export?format=csv");
        Reply lines = host.get("admin/audit-export?format=ndjson&action=install");

        assertThat(installs.findValuesAsText("workspace")).containsOnly("ws-2");
        assertThat(host.get("admin/audit?actor=nobody").response().body()).isEqualTo("[]");
        assertThat(csv.header("Content-Type")).startsWith("text/csv");
        assertThat(csv.response().body()).startsWith("id,at,actor,").contains("\"ws-5\",\"greeter\"");
        assertThat(lines.response().body().lines()).hasSize(WORKSPACES).allMatch(line -> line.startsWith("{\"id\":"));
    }
}
