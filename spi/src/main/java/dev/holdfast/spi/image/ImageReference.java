package dev.holdfast.spi.image;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tag of an image, parsed once: {@code nginx}, {@code acme/web:1.2},
 * {@code registry.example.com:5000/acme/web:latest}. Short forms mean what they mean to Docker, so {@code nginx} equals
 * {@code docker.io/library/nginx:latest}.
 *
 * <p>Grammar of repository and tag: OCI distribution specification 1.1, "Pulling manifests". References are equal when
 * all three parts are: one is never found inside another.
 *
 * @param registry host, with the port if one is given; lower case; {@code docker.io} where the text names none
 * @param repository the whole path, {@code library/} included
 * @param tag {@code latest} where the text names none
 */
public record ImageReference(String registry, String repository, String tag) {

    /** The registry of references that name none. */
    public static final String DOCKER_HUB = "docker.io";

    private static final Pattern REGISTRY =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?|\\[[0-9a-f:.]{2,45}])(:[0-9]{1,5})?");
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|_{1,2}+|-++)[a-z0-9]++)*+";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern TEXT = Pattern.compile("(.+?)(?::([^:/]*))?", Pattern.DOTALL);
    private static final Pattern IMAGE_ID = Pattern.compile("(sha256:)?[0-9a-f]{64}");
    private static final int LONGEST = 255;

    /** Refuses parts outside the grammar. */
    public ImageReference {
        Text.matching(
                REGISTRY, "registry", registry, "write host or host:port, in lower case, without a scheme or user");
        if (repository.length() > LONGEST) {
            throw PermanentException.invalid("image repository", repository, "use at most 255 characters");
        }
        Text.matching(
                REPOSITORY,
                "image repository",
                repository,
                "use lower-case letters and digits, with '.', '_', '__' or '-' between them, and '/' between parts");
        Text.matching(
                TAG,
                "image tag",
                tag,
                "use at most 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'");
    }

    /**
     * Parses the form that people and containers write.
     *
     * @throws PermanentException if {@code text} is no reference, or names a digest or an image's id: those never move,
     *     so there is nothing to follow
     */
    public static ImageReference parse(String text) {
        if (text.contains("@") || IMAGE_ID.matcher(text).matches()) {
            // What stands before '@' may also be somebody's password.
            throw PermanentException.invalid(
                    "image",
                    text.replaceFirst("^[^/@]*:[^/@]*@", "***@"),
                    "it names a digest, which never moves; name a tag to follow, such as acme/web:latest");
        }
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String rest = named ? text.substring(slash + 1) : text;
        Matcher matcher = TEXT.matcher(rest);
        if (!matcher.matches()) {
            throw PermanentException.invalid("image", text, "write [registry/]repository[:tag]");
        }
        String registry = named ? canonical(first) : DOCKER_HUB;
        String path = matcher.group(1);
        boolean official = registry.equals(DOCKER_HUB) && path.indexOf('/') < 0;
        String tag = matcher.group(2) == null ? "latest" : matcher.group(2);
        return new ImageReference(registry, official ? "library/" + path : path, tag);
    }

    private static String canonical(String registry) {
        String host = registry.toLowerCase(Locale.ROOT);
        return host.equals("index.docker.io") ? DOCKER_HUB : host;
    }

    /** Returns the image without its tag, as {@code docker pull} takes it before {@code @}. */
    public String name() {
        return registry + "/" + repository;
    }

    /** Returns the whole text form; {@link #parse} of it gives an equal reference. */
    @Override
    public String toString() {
        return name() + ":" + tag;
    }
}
