package dev.holdfast.spi.image;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an image was built for, in the words of the OCI image index: {@code linux/amd64}, {@code linux/arm/v7}.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v7}; empty where there is none
 */
public record ImagePlatform(String os, String architecture, String variant) {

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern VARIANT = Pattern.compile("[a-z0-9._-]{0,64}");

    /** Refuses parts outside the grammar; {@code arm64/v8} is the plain {@code arm64}, as everybody takes it. */
    public ImagePlatform {
        Text.matching(WORD, "operating system", os, "use lower-case letters and digits");
        Text.matching(WORD, "architecture", architecture, "use lower-case letters and digits");
        Text.matching(VARIANT, "variant", variant, "use lower-case letters and digits");
        variant = architecture.equals("arm64") && variant.equals("v8") ? "" : variant;
    }

    /**
     * Parses {@code os/architecture[/variant]}.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static ImagePlatform parse(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw PermanentException.invalid("platform", text, "write os/architecture[/variant], such as linux/amd64");
        }
        return new ImagePlatform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
