package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.ReloadRule;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin lists which of its files need a reload. */
final class ListedReloadsTest {

    private static final String RULES = "*.py\n!tests/**\n";

    @TempDir
    private Path root;

    @Test
    void theReleaseThatGoesLiveSaysWhetherItNeedsAReload() {
        MutableClock clock = MutableClock.create();
        try (DriftStory story = new DriftStory(
                clock,
                InMemoryTrackingStore.create(clock),
                root,
                host -> host.reloadRule(ReloadRule.listedIn("conf/reload")))) {
            story.release("greeter", "v1.0.0", Map.of("SKILL.md", "1", "tool.py", "1", "conf/reload", RULES));
            story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());

            upgrade(story, "v1.1.0", Map.of("SKILL.md", "2", "tool.py", "1", "conf/reload", RULES));
            assertThat(story.reloads()).hasSize(1);

            upgrade(story, "v1.2.0", Map.of("SKILL.md", "2", "tool.py", "2", "conf/reload", RULES));
            assertThat(story.reloads()).hasSize(2);

            upgrade(story, "v1.3.0", Map.of("SKILL.md", "3", "tool.py", "2", "conf/reload", "*.md"));
            assertThat(story.reloads()).hasSize(3);
        }
    }

    private static void upgrade(DriftStory story, String tag, Map<String, String> files) {
        story.release("greeter", tag, files);
        story.sweep();
        assertThat(story.apply(story.onlyPending())).isInstanceOf(ApplyResult.Applied.class);
    }
}
