package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.trust.Admission.Decision;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What applying an update would change, over REST. */
@Timeout(120)
final class ChangesIT {

    private static JsonNode changes(AdminFixture host) {
        host.test().upstream("acme/greeter").release("v1.0.0", Map.of("SKILL.md", "hello", "old.md", "old"));
        host.installed("ws-1", "greeter", "v1.0.0");
        host.test().upstream("acme/greeter").release("v2.0.0", Map.of("SKILL.md", "hello, world", "new.md", "new"));
        host.test().sweep();
        long id = host.get("admin/queue").json().at("/0/update/id").asLong();
        return host.get("admin/plugin-updates/" + id + "/changes").json();
    }

    @Test
    void withoutARuleTheTrustPolicyPassesAndNobodyElseIsAsked() throws Exception {
        try (AdminFixture host = new AdminFixture(builder -> builder)) {
            JsonNode changes = changes(host);

            assertThat(changes.get("changed")).extracting(JsonNode::asText).containsExactly("SKILL.md");
            assertThat(changes.at("/trust/passes").asBoolean()).isTrue();
            assertThat(changes.at("/trust/text").asText()).isNotEmpty();
            assertThat(changes.get("admission").isNull()).isTrue();
        }
    }

    @Test
    void theChangedLinesOfTextFilesAreShownWithinBounds() throws Exception {
        try (AdminFixture host = new AdminFixture(builder -> builder)) {
            String long1 = "line\n".repeat(1000);
            host.test()
                    .upstream("acme/greeter")
                    .release(
                            "v1.0.0",
                            Map.of(
                                    "SKILL.md",
                                    "one\ntwo\nthree\n",
                                    "image.bin",
                                    "a\0b",
                                    "large.txt",
                                    "x".repeat(70_000),
                                    "long.txt",
                                    long1));
            host.installed("ws-1", "greeter", "v1.0.0");
            host.test()
                    .upstream("acme/greeter")
                    .release(
                            "v2.0.0",
                            Map.of(
                                    "SKILL.md", "one\nTWO\nthree\n",
                                    "image.bin", "a\0c",
                                    "large.txt", "y".repeat(70_000),
                                    "long.txt", long1.replace("line", "LINE"),
                                    "new.txt", "new"));
            host.test().sweep();
            String one =
                    "admin/plugin-updates/" + host.get("admin/queue").json().at("/0/update/id");

            JsonNode files = host.get(one + "/lines").json();

            assertThat(files.findValuesAsText("path"))
                    .containsExactly("SKILL.md", "image.bin", "large.txt", "long.txt");
            assertThat(files.findValuesAsText("kind")).containsExactly("text", "binary", "too-large", "text");
            assertThat(files.at("/0/hunks/0/lines"))
                    .extracting(JsonNode::asText)
                    .containsExactly(" one", "-two", "+TWO", " three");
            assertThat(files.at("/3/hunks/0/lines")).hasSize(400);
            assertThat(files.at("/3/cut").asBoolean()).isTrue();
            assertThat(host.get("admin/plugin-updates/4711/lines").status()).isEqualTo(404);
        }
    }

    @Test
    void whatTheHostsAdmissionSaysIsShownBeforeTheUpdateIsApplied() throws Exception {
        boolean[] open = {true};
        try (AdminFixture host = AdminFixture.wired(builder -> builder.admission(
                candidate -> open[0] ? new Decision.Admit() : new Decision.Refuse("the scanner found a secret")))) {
            host.test().upstream("acme/greeter").release("v1.0.0", Map.of("SKILL.md", "hello"));
            host.installed("ws-1", "greeter", "v1.0.0");
            host.test().upstream("acme/greeter").release("v2.0.0", Map.of("SKILL.md", "hello, world"));
            host.test().sweep();
            String one =
                    "admin/plugin-updates/" + host.get("admin/queue").json().at("/0/update/id") + "/changes";
            assertThat(host.get(one).json().at("/admission/passes").asBoolean()).isTrue();
            open[0] = false;

            JsonNode admission = host.get(one).json().get("admission");

            assertThat(admission.get("passes").asBoolean()).isFalse();
            assertThat(admission.get("refused").asText()).isEqualTo("not-admitted");
            assertThat(admission.get("text").asText()).contains("the scanner found a secret");
        }
    }
}
