package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Adoption;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workspace that was forgotten, and another one of its name in the directory that it left. */
final class ForgottenTenantTest {

    @TempDir
    Path directory;

    @Test
    void aLaterWorkspaceOfThatNameCannotRollBackToWhatTheEarlierOneHad() {
        TargetAddress address = TargetAddress.parse("dir://" + directory);
        try (PluginStory story = new PluginStory(DirectoryTarget.create(), address, Adoption.REFUSE)) {
            story.release("v1.0.0", "the earlier tenant's");
            story.release("v2.0.0", "the later tenant's");
            story.install("tag:v1.0.0");
            story.holdfast().forget(story.workspace(), "host");
            story.install("tag:v2.0.0");

            assertThatThrownBy(story::rollback)
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.NOTHING_TO_ROLL_BACK));

            assertThat(story.live()).containsEntry("SKILL.md", "file: the later tenant's");
        }
    }
}
