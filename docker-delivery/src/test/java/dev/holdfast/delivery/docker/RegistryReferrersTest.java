package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageSignature;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that stand on a later page of an image's referrers. */
final class RegistryReferrersTest extends ScriptedRegistry {

    private static final String IMAGE = "{\"config\":{\"digest\":\"" + A + "\"}}";
    private static final ImageDigest DIGEST = of(IMAGE);
    private static final String SIGNATURE = "{\"subject\":{\"digest\":\"" + DIGEST + "\"},\"layers\":[{\"mediaType\":\""
            + CosignImages.SIMPLE + "\"}]}";
    private static final String LIST = "/v2/acme/web/referrers/" + DIGEST;
    private static final String NONE = "{\"manifests\":[]}";
    private static final String ONE = "{\"manifests\":[{\"digest\":\"" + of(SIGNATURE) + "\"}]}";

    private static ImageDigest of(String content) {
        return ImageDigest.ofContent(content.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void pushImageAndSignature() {
        answers.put("GET /v2/acme/web/manifests/" + DIGEST, new Answer(200, Map.of(), IMAGE));
        answers.put("GET /v2/acme/web/manifests/" + of(SIGNATURE), new Answer(200, Map.of(), SIGNATURE));
    }

    private void page(String path, String link, String body) {
        answers.put("GET " + path, new Answer(200, link.isEmpty() ? Map.of() : Map.of("Link", link), body));
    }

    private List<ImageSignature> found() {
        return plain().build().evidence(image("acme/web"), DIGEST, soon()).signatures();
    }

    /** Known failure: a signed image was refused as unsigned. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<%s?last=1>; rel=\"next\"",
                "<%s?last=1>; rel=next",
                "</first>; rel=\"first\", <%s?last=1>; title=\"more\"; rel=\"next\""
            })
    void aSignatureOnTheNextPageIsFound(String link) {
        page(LIST, link.formatted(LIST), NONE);
        page(LIST + "?last=1", "", ONE);

        assertThat(found()).hasSize(1);
    }

    @Test
    void noMoreThanTenPagesAreRead() {
        page(LIST, "<" + LIST + ">; rel=\"next\"", NONE);

        assertThat(found()).isEmpty();

        assertThat(requests).filteredOn(request -> request.endsWith(LIST)).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<%s?last=1>; rel=\"prev\"", "<http://localhost:1/v2/>; rel=\"next\"", "rel=\"next\""})
    void whatNamesNoNextPageOfTheRegistryEndsTheList(String link) {
        page(LIST, link.formatted(LIST), ONE);

        assertThat(found()).hasSize(1);

        assertThat(requests).noneMatch(request -> request.contains("last=1"));
    }
}
