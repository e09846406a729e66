package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests.PlatformImage;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against the distribution project's own registry, open and with a password. */
@Needs(Facility.REGISTRY)
final class RegistryDigestsIT {

    private static final ImagePlatform AMD64 = ImagePlatform.parse("linux/amd64");
    private static final ImagePlatform ARM64 = ImagePlatform.parse("linux/arm64");

    private static RegistryServer open;
    private static RegistryServer secured;

    @BeforeAll
    static void startRegistries() {
        open = RegistryServer.open();
        secured = RegistryServer.secured();
    }

    @AfterAll
    static void stopRegistries() {
        open.close();
        secured.close();
    }

    private static RegistryDigests digests() {
        return RegistryDigests.builder()
                .plainHttp(open.host())
                .plainHttp(secured.host())
                .credentials(
                        host -> host.equals(secured.host()) ? Optional.of(RegistryServer.TESTER) : Optional.empty())
                .build();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static ImageReference image(RegistryServer registry, String rest) {
        return ImageReference.parse(registry.host() + "/" + rest);
    }

    @Test
    void aTagStandsWhereItWasLastPushed() {
        ImageDigest first = open.push("acme/web", "latest", "one");
        RegistryDigests digests = digests();
        assertThat(digests.standing(image(open, "acme/web"), soon())).isEqualTo(first);

        ImageDigest second = open.push("acme/web", "latest", "two");

        assertThat(digests.standing(image(open, "acme/web"), soon()))
                .isEqualTo(second)
                .isNotEqualTo(first);
    }

    @Test
    void aPasswordIsGivenToTheRegistryThatAsksForIt() {
        ImageDigest pushed = secured.push("acme/secret", "v1", "one");

        assertThat(digests().standing(image(secured, "acme/secret:v1"), soon())).isEqualTo(pushed);
    }

    @Test
    void withoutAPasswordTheMessageNamesTheRegistryThatWantsOne() {
        RegistryDigests nobody =
                RegistryDigests.builder().plainHttp(secured.host()).build();

        assertThatThrownBy(() -> nobody.standing(image(secured, "acme/secret:v1"), soon()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED))
                .hasMessageContaining(secured.host());
    }

    @Test
    void aWrongPasswordIsNotShown() {
        RegistryDigests wrong = RegistryDigests.builder()
                .plainHttp(secured.host())
                .credentials(host -> Optional.of(RegistryCredentials.basic("tester", "hunter2")))
                .build();

        assertThatThrownBy(() -> wrong.standing(image(secured, "acme/secret:v1"), soon()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anIndexHoldsOneImageForEachPlatformAndNoneForOthers() {
        ImageDigest index =
                open.pushIndex("acme/multi", "latest", Map.of("linux/amd64", "one", "linux/arm64", "one for arm"));
        ImageReference image = image(open, "acme/multi");
        RegistryDigests digests = digests();

        assertThat(digests.standing(image, soon())).isEqualTo(index);
        PlatformImage amd64 = digests.on(AMD64, image, index, soon());
        assertThat(amd64).isNotEqualTo(digests.on(ARM64, image, index, soon()));
        assertThatThrownBy(() -> digests.on(ImagePlatform.parse("linux/s390x"), image, index, soon()))
                .hasMessageContaining("linux/s390x");

        ImageDigest moved =
                open.pushIndex("acme/multi", "latest", Map.of("linux/amd64", "one", "linux/arm64", "two for arm"));
        assertThat(moved).isNotEqualTo(index);
        assertThat(digests.on(AMD64, image, moved, soon())).isEqualTo(amd64);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> digests().standing(image(open, "acme/absent:v9"), soon()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REF_NOT_FOUND))
                .hasMessageContaining("acme/absent:v9");
    }
}
