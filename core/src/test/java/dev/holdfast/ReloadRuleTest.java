package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.PermanentException;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReloadRuleTest {

    private static FileDifference changed(String... paths) {
        return new FileDifference(Set.of(), Set.of(paths), Set.of());
    }

    @Test
    void aRuleForFilesReloadsOnlyWhereOneOfThemDiffers() {
        ReloadRule rule = ReloadRule.forFiles("*.py", "/hooks/**");

        assertThat(rule.needsReload(changed("README.md", "src/tool.py"))).isTrue();
        assertThat(rule.needsReload(changed("hooks/start.sh"))).isTrue();
        assertThat(rule.needsReload(changed("docs/hooks/start.sh", "README.md")))
                .isFalse();
    }

    @Test
    void aRuleWithExceptionsReloadsUnlessOnlyTheyDiffer() {
        ReloadRule rule = ReloadRule.exceptFiles("*.md", "docs/**");

        assertThat(rule.needsReload(changed("README.md", "docs/a/b.png"))).isFalse();
        assertThat(rule.needsReload(changed("README.md", "tool.py"))).isTrue();
    }

    @Test
    void filesThatWereAddedOrRemovedCountToo() {
        ReloadRule rule = ReloadRule.forFiles("*.py");

        assertThat(rule.needsReload(new FileDifference(Set.of("new.py"), Set.of(), Set.of())))
                .isTrue();
        assertThat(rule.needsReload(new FileDifference(Set.of(), Set.of(), Set.of("old.py"))))
                .isTrue();
    }

    @Test
    void aPatternThatMatchesEverythingIsRefusedWhenTheRuleIsMade() {
        assertThatThrownBy(() -> ReloadRule.exceptFiles("**"))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("pattern of paths");
    }
}
