package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.image.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What must be proved of the images that a pattern names: that somebody who holds one of the keys has signed them, in
 * the way of cosign.
 *
 * @param name what messages and records call it: a letter or digit, then those and {@code . _ -}, at most 63
 * @param images which: {@code registry.example.com/acme/*}; {@code *} stands for any letters. Compared with the whole
 *     name, with the tag and without it; an image of Docker Hub is {@code docker.io/library/nginx}
 * @param keys whose signatures count
 * @param signedAs what the signature must call the image ({@code docker-reference}), as such a pattern; empty where
 *     that does not matter, as for {@code cosign verify}
 */
public record ImageRule(String name, String images, SigningKeys keys, Optional<String> signedAs) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** Refuses a name outside the grammar, and a blank pattern. */
    public ImageRule {
        if (!NAME.matcher(name).matches()) {
            throw PermanentException.invalid("image rule", name, "use letters, digits, '.', '_' and '-', at most 63");
        }
        if (images.isBlank() || signedAs.filter(String::isBlank).isPresent()) {
            throw PermanentException.invalid(
                    "images of rule " + name, images, "write such as registry.example.com/acme/*");
        }
    }

    /**
     * Returns a rule that asks for a signature by one of {@code keys}, whatever it calls the image.
     *
     * @param name what messages call it
     * @param images as in {@link ImageRule}
     */
    public static ImageRule signed(String name, String images, SigningKeys keys) {
        return new ImageRule(name, images, keys, Optional.empty());
    }

    /**
     * Returns the same that asks what the signature calls the image. The digest ties a signature to its image already;
     * this one refuses what was signed for another repository. Of a mirror, give the name that the image was signed
     * under.
     */
    public ImageRule signedAs(String pattern) {
        return new ImageRule(name, images, keys, Optional.of(pattern));
    }

    boolean concerns(ImageReference image) {
        return PatternList.matches(images, image.toString()) || PatternList.matches(images, image.name());
    }

    boolean takes(String reference) {
        return signedAs.isEmpty() || PatternList.matches(signedAs.get(), reference);
    }
}
