package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.admin.AdminFixture.Reply;
import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginHold;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.trust.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What targets, readers and signers are found to be, and what a person decides about them, over REST. */
@Timeout(120)
final class TargetsIT {

    private static final String GREETER = "{\"workspace\":\"ws-1\",\"plugin\":\"greeter\"}";
    private static final String BREAK = "workspaces/ws-1/plugins/greeter/holds/break";
    private static final String SIGNER = "SHA256:" + "a".repeat(43);
    private static final String UPSTREAM =
            "\"upstream\":{\"scheme\":\"github\",\"key\":\"github://acme/greeter\",\"host\":\"scripted\"}";
    private static final String PINS = "admin/pins?scheme=github&key=github%3A%2F%2Facme%2Fgreeter&host=scripted";

    private AdminFixture host;

    @BeforeEach
    void start() throws Exception {
        host = new AdminFixture(builder -> builder);
        host.test().upstream("acme/greeter").release("v1.0.0");
        host.installed("ws-1", "greeter", "v1.0.0");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private Path live() {
        return host.test().live("ws-1", "greeter");
    }

    private JsonNode audit(String action) {
        return host.get("admin/audit?action=" + action).json();
    }

    @Test
    void whatSomebodyRemovedFromATargetIsFoundListedAndRepaired() throws Exception {
        assertThat(host.get("admin/inspections").json()).isEmpty();
        assertThat(host.post("admin/inspections", "{}").json().get("looked").asInt())
                .as("nothing is due yet")
                .isZero();
        Files.delete(live());

        try (EventReader events = new EventReader(host.events())) {
            JsonNode found = host.post("admin/inspections", GREETER).json();

            assertThat(found.get("hastened").asInt()).isEqualTo(1);
            assertThat(found.at("/differing/0/condition").asText()).isEqualTo("missing");
            assertThat(events.until("target-differs")).contains("\"condition\":\"missing\"");
        }
        assertThat(host.get("admin/inspections").json().findValuesAsText("plugin"))
                .containsExactly("greeter");
        assertThat(host.get("admin/health").json().get("differing").asInt()).isEqualTo(1);

        host.post("workspaces/ws-1/plugins/greeter/repair", "{}");

        assertThat(live().resolve("SKILL.md")).hasContent("v1.0.0");
        assertThat(host.get("admin/inspections").json()).isEmpty();
    }

    @Test
    void anInstallThatIsNotThereIsNotLookedAt() {
        assertThat(host.post("admin/inspections", "{\"workspace\":\"ws-1\",\"plugin\":\"other\"}")
                        .status())
                .isEqualTo(404);
        assertThat(host.post("admin/inspections", "{\"workspace\":\"ws-1\"}").status())
                .isEqualTo(400);
    }

    @Test
    void aReadersHoldIsListedAndBrokenAndAudited() throws Exception {
        PluginHold hold = PluginDirectory.at(live().resolveSibling(""))
                .hold(PluginName.of("greeter"), "session-42")
                .orElseThrow();
        try (hold) {
            JsonNode holds = host.get("workspaces/ws-1/holds").json().get("holds");
            String holder = holds.at("/0/holder").asText();
            String wanted = "{\"release\":" + holds.at("/0/release") + ",\"holder\":\"" + holder;

            assertThat(holds).hasSize(1);
            assertThat(holder).startsWith("session-42");
            assertThat(holds.at("/0/since").asText()).isNotEmpty();
            assertThat(host.post(BREAK, wanted + "3\"}").status())
                    .as("another holder")
                    .isEqualTo(404);
            assertThat(audit("break-hold")).isEmpty();

            Reply broken = host.post(BREAK, wanted + "\"}");

            assertThat(broken.status()).as(broken.response().body()).isEqualTo(204);
            assertThat(host.get("workspaces/ws-1/holds").json().get("holds")).isEmpty();
            assertThat(audit("break-hold").findValuesAsText("actor")).containsExactly("operator");
            assertThat(host.post(BREAK, "{}").status()).isEqualTo(400);
        }
    }

    @Test
    void aPinIsListedAnotherSignerAcceptedAndAllOfItForgotten() {
        Upstream upstream = new Upstream("github", "github://acme/greeter", "scripted");
        host.test().store().trust().pinFirst(upstream, Pin.Kind.SIGNER, Set.of("SHA256:" + "b".repeat(43)), "sweeper");
        assertThat(host.get(PINS).json().findValuesAsText("actor")).containsExactly("sweeper");

        Reply accepted = host.post(
                "admin/pins/accept",
                "{" + UPSTREAM + ",\"kind\":\"signer\",\"value\":\"" + SIGNER + "\",\"note\":\"Bob maintains it\"}");
        assertThat(accepted.json().get("values")).hasSize(2);
        assertThat(host.post(
                                "admin/pins/accept",
                                "{" + UPSTREAM + ",\"kind\":\"signer\",\"value\":\"bob\",\"note\":\"x\"}")
                        .status())
                .isEqualTo(400);

        String forget = "{" + UPSTREAM + ",\"kind\":\"signer\",\"note\":\"moved\"}";
        assertThat(host.post("admin/pins/forget", forget.replace(",\"note\":\"moved\"", ""))
                        .status())
                .as("nobody says why")
                .isEqualTo(400);
        assertThat(host.post("admin/pins/forget", forget).status()).isEqualTo(204);
        assertThat(host.post("admin/pins/forget", forget).status()).isEqualTo(404);
        assertThat(host.get(PINS).response().body()).isEqualTo("[]");
        assertThat(audit("pin-accepted")).hasSize(1);
        assertThat(audit("pin-removed")).hasSize(1);
    }

    @Test
    void whoMayOnlyLookBreaksNothingAndForgetsNothing() throws Exception {
        try (AdminFixture looking = new AdminFixture(builder -> builder.access(request -> AdminCaller.looks("leo")))) {
            assertThat(looking.get("admin/inspections").status()).isEqualTo(200);
            assertThat(looking.get(PINS).status()).isEqualTo(200);
            assertThat(looking.post("admin/inspections", "{}").status()).isEqualTo(403);
            assertThat(looking.post("admin/pins/forget", "{}").status()).isEqualTo(403);
            assertThat(looking.post(BREAK, "{}").status()).isEqualTo(403);
        }
        assertThat(host.get("admin/pins?scheme=github").status()).isEqualTo(400);
    }
}
