package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.PermanentException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

    private static ReloadRule.PluginFiles plugin(String rules) {
        return (path, maxBytes) ->
                path.equals(".reload") ? Optional.of(rules.getBytes(StandardCharsets.UTF_8)) : Optional.empty();
    }

    @Test
    void aPluginSaysItselfWhichFilesNeedAReload() {
        ReloadRule rule = ReloadRule.listedIn(".reload");
        ReloadRule.PluginFiles plugin = plugin("# code\n*.py\n\n!tests/**\n");

        assertThat(rule.needsReload(changed("README.md", "src/tool.py"), plugin))
                .isTrue();
        assertThat(rule.needsReload(changed("README.md", "tests/a.py"), plugin)).isFalse();
    }

    @Test
    void aPluginThatOnlyNamesExceptionsNeedsAReloadForAllElse() {
        ReloadRule rule = ReloadRule.listedIn(".reload");

        assertThat(rule.needsReload(changed("docs/a.md"), plugin("!docs/**"))).isFalse();
        assertThat(rule.needsReload(changed("docs/a.md", "tool.py"), plugin("!docs/**")))
                .isTrue();
    }

    @Test
    void aPluginThatSaysNothingIsReloaded() {
        ReloadRule rule = ReloadRule.listedIn("conf/reload");

        assertThat(rule.needsReload(changed("README.md"), plugin("*.py"))).isTrue();
        assertThat(rule.needsReload(changed("README.md"))).isTrue();
        assertThat(ReloadRule.listedIn(".reload").needsReload(changed("README.md"), plugin("# nothing")))
                .isFalse();
    }

    @Test
    void aFileOfPatternsOutsideThePluginIsRefusedWhenTheRuleIsMade() {
        assertThatThrownBy(() -> ReloadRule.listedIn("../other/.reload"))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("within the plugin");
    }
}
