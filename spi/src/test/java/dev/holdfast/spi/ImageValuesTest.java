package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageValuesTest {

    private static final ImageDigest A = ImageDigest.of("sha256:" + "a".repeat(64));
    private static final ImageDigest B = ImageDigest.of("sha256:" + "b".repeat(64));

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest",
        "nginx:1.27, docker.io/library/nginx:1.27",
        "acme/web, docker.io/acme/web:latest",
        "index.docker.io/acme/web:v1, docker.io/acme/web:v1",
        "localhost/web, localhost/web:latest",
        "LOCALHOST:5000/web, localhost:5000/web:latest",
        "ghcr.io/acme/tools/web__x:A.b-1, ghcr.io/acme/tools/web__x:A.b-1",
        "127.0.0.1:5000/a--b/c.d:latest, 127.0.0.1:5000/a--b/c.d:latest",
        "'[::1]:5000/web', '[::1]:5000/web:latest'"
    })
    void aShortReferenceMeansWhatItMeansToDocker(String text, String whole) {
        ImageReference reference = ImageReference.parse(text);

        assertThat(reference).hasToString(whole);
        assertThat(ImageReference.parse(whole)).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":latest",
                "Acme/web",
                "acme//web",
                "/web",
                "web/",
                "web:",
                "web:-1",
                "web:a b",
                "a..b",
                "user:secret@example.com/web",
                "https://example.com/web",
                "example.com:/web",
                "../web",
                "web:latest@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoTagIsRefused(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE));
    }

    @Test
    void aPasswordInAReferenceIsNotShown() {
        assertThatThrownBy(() -> ImageReference.parse("user:secret@example.com/web"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void oneReferenceIsNeverFoundInsideAnother() {
        assertThat(ImageReference.parse("acme/web"))
                .isNotEqualTo(ImageReference.parse("acme/web-admin"))
                .isNotEqualTo(ImageReference.parse("acme/web:latest-rc"))
                .isNotEqualTo(ImageReference.parse("ghcr.io/acme/web"));
    }

    @Test
    void aLongReferenceIsJudgedAtOnce() {
        assertThatThrownBy(() -> ImageReference.parse("a-".repeat(100_000))).hasMessageContaining("255");
        assertThatThrownBy(() -> ImageReference.parse("a" + "-a".repeat(100) + "_-"))
                .hasMessageContaining("refused");
    }

    @Test
    void aDigestIsFullAndOfItsContent() {
        assertThat(ImageDigest.ofContent("hello".getBytes(StandardCharsets.UTF_8)))
                .hasToString("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assertThatThrownBy(() -> ImageDigest.of("sha256:abc")).hasMessageContaining("full digest");
    }

    @Test
    void aPlatformIsNamedInOneWay() {
        assertThat(ImagePlatform.parse("linux/arm64/v8")).isEqualTo(ImagePlatform.parse("linux/arm64"));
        assertThat(ImagePlatform.parse("linux/arm/v7")).hasToString("linux/arm/v7");
        assertThatThrownBy(() -> ImagePlatform.parse("linux")).hasMessageContaining("linux/amd64");
    }

    @Test
    void aContainerRunsWhatItsImageWasPulledAsOrIs() {
        RunningContainer pulled = container(A.value(), Set.of(B));
        RunningContainer loaded = container("unknown", Set.of());

        assertThat(pulled.runs(Set.of(A))).isTrue();
        assertThat(pulled.runs(Set.of(B))).isTrue();
        assertThat(loaded.runs(Set.of(A, B))).isFalse();
        assertThat(loaded.comparable()).isFalse();
    }

    private static RunningContainer container(String imageId, Set<ImageDigest> digests) {
        return new RunningContainer(
                "1",
                "web",
                ImageReference.parse("acme/web"),
                imageId,
                digests,
                ImagePlatform.parse("linux/amd64"),
                Map.of(),
                false);
    }
}
