package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text that never becomes a value, so that nothing is ever touched for it. */
final class HostileValuesTest {

    private static final String SECRET = "s3cret";

    static Stream<Arguments> values() {
        return Stream.of(
                        all(
                                "plugin name",
                                PluginName::of,
                                "",
                                ".",
                                "..",
                                "-rf",
                                ".git",
                                ".hidden",
                                "a/b",
                                "a\\b",
                                "a b",
                                "a\n",
                                "a\0",
                                "\u0430",
                                "a\u202e",
                                "x".repeat(101),
                                "$(id)"),
                        all("workspace", WorkspaceId::of, "", "-x", "../x", "a\n", "a b", "x".repeat(129)),
                        all(
                                "ref",
                                TrackedRef::parse,
                                "ref:--upload-pack=x",
                                "tag:-x",
                                "ref:refs/heads/-x",
                                "ref:a..b",
                                "ref:a b",
                                "ref:a\nb",
                                "ref:a\u009bb",
                                "ref:a\ud800",
                                "ref:@{u}",
                                "ref:a.lock",
                                "ref:/a",
                                "tag:",
                                "sha:abc",
                                "semver:$(id)",
                                "semver:1\n2",
                                "exec:x"),
                        all("revision", Revision::of, "", "HEAD", "--all", "A".repeat(40), "a".repeat(39)),
                        all(
                                "source",
                                Source::parse,
                                "",
                                "..",
                                "../x",
                                "/etc/passwd",
                                "C:\\x",
                                "git+https://host/../x",
                                "git+https://host/a/./b",
                                "git+https://host//a//b",
                                "git+https://--upload-pack=x/a",
                                "git+ssh://-oProxyCommand=x/a",
                                "git+ssh://host/-x",
                                "ext::sh -c id",
                                "git+https://host/a b",
                                "git+https://host/$(id)",
                                "git+https://host/a\nb",
                                "git+https://host/a\u009bb",
                                "git+https://host/a\ud800b",
                                "git+https://user:" + SECRET + "@host/a",
                                "git+https://" + SECRET + "@host/a",
                                "git+ssh://git:" + SECRET + "@host/a",
                                "github://acme/greeter#ref:--upload-pack=x",
                                "GITHUB://acme/greeter"),
                        all(
                                "target",
                                TargetAddress::parse,
                                "",
                                "/srv/plugins",
                                "dir:///",
                                "dir:///srv/../etc",
                                "dir:///srv//plugins",
                                "dir:///srv/./x",
                                "dir:///srv/a\nb",
                                "dir:///srv/a\0b",
                                "dir:///srv/a\u009bb",
                                "dir:///srv/a\ud800b",
                                "docker://-x/srv",
                                "docker://a b/srv",
                                "ssh://user:" + SECRET + "@host/srv",
                                "ssh://-oProxyCommand=x/srv",
                                "dir:///" + "x".repeat(2_000)))
                .flatMap(List::stream);
    }

    private static List<Arguments> all(String what, Consumer<String> parse, String... texts) {
        return Stream.of(texts)
                .map(text -> Arguments.of(what, shown(text), text, parse))
                .toList();
    }

    private static String shown(String text) {
        String head = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return head.replaceAll("[^\\x20-\\x7e]", "?");
    }

    @ParameterizedTest(name = "{0} ''{1}''")
    @MethodSource("values")
    void isRefusedBeforeAnythingIsDone(String what, String shown, String text, Consumer<String> parse) {
        assertRefused(text, parse);
    }

    @Tag("hostile")
    @ParameterizedTest(name = "{0} ''{1}''")
    @MethodSource("values")
    void belongsToTheCorpus(String what, String shown, String text, Consumer<String> parse) {
        assertRefused(text, parse);
    }

    private static void assertRefused(String text, Consumer<String> parse) {
        assertThatThrownBy(() -> parse.accept(text)).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE);
            assertThat(String.valueOf(e.getMessage()))
                    .doesNotContain(SECRET)
                    .matches("[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{10,600}");
        });
    }
}
