package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.trust.ImageRule;
import dev.holdfast.trust.SigningKeys;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** One row of the table of images in {@code docs/trust.md}: what a registry holds, and what comes of it. */
final class ImageTrustCase {

    private final String what;
    private final String keys;
    private final Function<String, ImageDigest> image;
    private Optional<SignedPart> proven = Optional.empty();
    private Optional<Reason> refused = Optional.empty();
    private UnaryOperator<String> veil = path -> path;
    private UnaryOperator<ImageRule> rule = given -> given;

    private ImageTrustCase(String what, String keys, Function<String, ImageDigest> image) {
        this.what = what;
        this.keys = keys;
        this.image = image;
    }

    /**
     * Returns a case.
     *
     * @param keys whose signatures count, in PEM
     * @param image pushes something to a repository and signs it
     */
    static ImageTrustCase of(String what, String keys, Function<String, ImageDigest> image) {
        return new ImageTrustCase(what, keys, image);
    }

    ImageTrustCase good(SignedPart part) {
        proven = Optional.of(part);
        return this;
    }

    ImageTrustCase refused(Reason reason) {
        refused = Optional.of(reason);
        return this;
    }

    /** Puts something before the registry: as {@link VeiledRegistry}. */
    ImageTrustCase behind(UnaryOperator<String> paths) {
        veil = paths;
        return this;
    }

    ImageTrustCase rule(UnaryOperator<ImageRule> change) {
        rule = change;
        return this;
    }

    Optional<SignedPart> proven() {
        return proven;
    }

    Optional<Reason> refused() {
        return refused;
    }

    ImageDigest push(String repository) {
        return image.apply(repository);
    }

    UnaryOperator<String> veil() {
        return veil;
    }

    ImageRule rule(String registry) {
        return rule.apply(ImageRule.signed("ours", registry + "/acme/*", SigningKeys.pem(keys)));
    }

    String row() {
        return "| " + what + " | "
                + refused.map(reason -> "`" + reason + "`").orElseGet(() -> "good: " + said(proven.orElseThrow()))
                + " |";
    }

    private static String said(SignedPart part) {
        return switch (part) {
            case IMAGE -> "the image";
            case INDEX -> "the index";
            case EACH_IMAGE -> "each image in the index";
            case COMMIT, TAG, TAG_AND_COMMIT -> throw new IllegalArgumentException(part + " is of git");
        };
    }

    @Override
    public String toString() {
        return what;
    }
}
