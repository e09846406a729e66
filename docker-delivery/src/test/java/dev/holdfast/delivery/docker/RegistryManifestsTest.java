package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What manifests and indexes may hold: a registry says what a test has written for it. */
final class RegistryManifestsTest extends ScriptedRegistry {

    @Test
    void contentThatIsNotWhatItsDigestSaysIsRefused() {
        String otherManifest = "{\"config\":{\"digest\":\"" + A + "\"}}";
        answers.put("GET /v2/acme/web/manifests/" + A, new Answer(200, Map.of(), otherManifest));

        refused(Reason.PROTOCOL, () -> plain().build().on(AMD64, image("acme/web"), A, soon()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "null",
                "{\"manifests\":[{\"platform\":{\"os\":\"../..\"}}]}",
                "{\"config\":{\"digest\":\"sha256:1\"}}",
                "{\"schemaVersion\":1,\"fsLayers\":[]}"
            })
    void garbageIsNoManifest(String body) {
        ImageDigest digest = ImageDigest.ofContent(body.getBytes(StandardCharsets.UTF_8));
        answers.put("GET /v2/acme/web/manifests/" + digest, new Answer(200, Map.of(), body));

        refused(Reason.PROTOCOL, () -> plain().build().on(AMD64, image("acme/web"), digest, soon()));
    }

    private static ImageDigest of(String content) {
        return ImageDigest.ofContent(content.getBytes(StandardCharsets.UTF_8));
    }

    private String stored(String content) {
        answers.put("GET /v2/acme/web/manifests/" + of(content), new Answer(200, Map.of(), content));
        return "{\"mediaType\":\"application/vnd.oci.image." + (content.contains("manifests") ? "index" : "manifest")
                + ".v1+json\",\"digest\":\"" + of(content) + "\"";
    }

    private static String index(String... entries) {
        return "{\"manifests\":[" + String.join(",", entries) + "]}";
    }

    private void assertFound(String index, String manifest) {
        stored(index);

        assertThat(plain().build().on(AMD64, image("acme/web"), of(index), soon()))
                .isEqualTo(new ImageDigests.PlatformImage(of(manifest), A));
    }

    @Test
    void anImageIsFoundInWhateverShapeOfIndexEnginesRun() {
        String manifest = "{\"config\":{\"digest\":\"" + A + "\"}}";
        String amd64 = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}";
        String nested = index(stored(manifest) + amd64);

        assertFound(index(stored(nested) + amd64), manifest);
        assertFound(index(stored(nested) + "}"), manifest);
        assertFound(index(stored(index(stored(nested) + "}")) + "}"), manifest);
        assertFound(index(stored(manifest) + "}"), manifest);
        assertFound(
                index(
                        stored("{}") + ",\"platform\":{\"os\":\"\",\"architecture\":\"\"}}",
                        "{\"digest\":\"md5:1\"" + amd64,
                        stored(manifest) + amd64),
                manifest);
        assertFound(
                index(
                        stored(manifest) + "}",
                        stored("{\"a\":1}")
                                + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}"),
                manifest);
    }

    @Test
    void ofSeveralImagesThatNameNoPlatformNoneIsGuessed() {
        String two = index(stored("{\"config\":{\"digest\":\"" + A + "\"}}") + "}", stored("{\"config\":{}}") + "}");
        stored(two);

        refused(Reason.REVISION_NOT_FOUND, () -> plain().build().on(AMD64, image("acme/web"), of(two), soon()));
    }

    /** Known failure: it was asked for again and again. */
    @Test
    void anEndlessAnswerIsNotReadAndNotAskedForAgain() {
        answers.put("GET /v2/acme/web/manifests/" + A, new Answer(200, Map.of(), "x".repeat(5_000_000)));

        assertThatThrownBy(() -> plain().build().on(AMD64, image("acme/web"), A, soon()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("more than 4194304 bytes; check that a registry answers there");
    }
}
