package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a digest names: one image, or one for each platform. */
sealed interface ImageDocument {

    /**
     * An image.
     *
     * @param config the digest of its configuration
     */
    record Single(ImageDigest config) implements ImageDocument {}

    /**
     * Images for platforms.
     *
     * @param choices those that name their platform
     * @param nested indexes that name none; what they hold may
     * @param plain images that name none
     */
    record Index(List<Choice> choices, List<ImageDigest> nested, List<ImageDigest> plain) implements ImageDocument {

        private static final int MOST_CANDIDATES = 16;

        /** Copies the lists. */
        public Index {
            choices = List.copyOf(choices);
            nested = List.copyOf(nested);
            plain = List.copyOf(plain);
        }

        /**
         * Returns where the image for a platform may be, the best first: of its very variant, or else where only one
         * side names a variant. Where no entry names a platform and there is but one image, it is for all, as engines
         * take it.
         */
        List<ImageDigest> candidates(ImagePlatform wanted) {
            Optional<ImageDigest> named = choices.stream()
                    .filter(choice -> choice.platform().equals(wanted))
                    .findFirst()
                    .or(() -> choices.stream()
                            .filter(choice -> nearly(choice.platform(), wanted))
                            .findFirst())
                    .map(Choice::manifest);
            boolean onlyOne = choices.isEmpty() && nested.isEmpty() && plain.size() == 1;
            return Stream.of(named.stream(), nested.stream(), onlyOne ? plain.stream() : Stream.<ImageDigest>empty())
                    .flatMap(found -> found)
                    .limit(MOST_CANDIDATES)
                    .toList();
        }

        private static boolean nearly(ImagePlatform one, ImagePlatform other) {
            return one.os().equals(other.os())
                    && one.architecture().equals(other.architecture())
                    && (one.variant().isEmpty() || other.variant().isEmpty());
        }
    }

    /** An entry of an index. */
    record Choice(ImagePlatform platform, ImageDigest manifest) {}

    /** Returns what a manifest or an index says; empty if it is neither. */
    static Optional<ImageDocument> parse(byte[] body) {
        return RegistryJson.tree(body).flatMap(tree -> {
            JsonNode config = tree.path("config").path("digest");
            if (config.isTextual()) {
                return digest(config.asText()).map(Single::new);
            }
            return tree.path("manifests").isArray() ? index(tree.path("manifests")) : Optional.empty();
        });
    }

    /** An entry that cannot be read is for nobody that can be asked for: it keeps no other from being found. */
    private static Optional<ImageDocument> index(JsonNode manifests) {
        List<Choice> choices = new ArrayList<>();
        List<ImageDigest> nested = new ArrayList<>();
        List<ImageDigest> plain = new ArrayList<>();
        int unread = 0;
        for (JsonNode entry : manifests) {
            Optional<ImageDigest> digest = digest(entry.path("digest").asText());
            boolean named = entry.path("platform").isObject();
            Optional<ImagePlatform> platform = named ? platform(entry.path("platform")) : Optional.empty();
            if (digest.isEmpty() || (named && platform.isEmpty())) {
                unread++;
            } else if (named) {
                choices.add(new Choice(platform.get(), digest.get()));
            } else if (isIndex(entry)) {
                nested.add(digest.get());
            } else if (!isAbout(entry)) {
                plain.add(digest.get());
            }
        }
        boolean nothing = choices.isEmpty() && nested.isEmpty() && plain.isEmpty();
        return unread > 0 && nothing ? Optional.empty() : Optional.of(new Index(choices, nested, plain));
    }

    private static boolean isIndex(JsonNode entry) {
        String type = entry.path("mediaType").asText();
        return type.contains("image.index") || type.contains("manifest.list");
    }

    /** A signature or a statement of origin is about another entry, and not for running. */
    private static boolean isAbout(JsonNode entry) {
        return entry.has("artifactType") || entry.path("annotations").has("vnd.docker.reference.type");
    }

    /** Returns a digest that an engine or a registry wrote; empty for what is none. */
    static Optional<ImageDigest> digest(String text) {
        try {
            return Optional.of(ImageDigest.of(text));
        } catch (PermanentException e) {
            return Optional.empty();
        }
    }

    private static Optional<ImagePlatform> platform(JsonNode told) {
        String variant = told.path("variant").asText("");
        try {
            return Optional.of(ImagePlatform.parse(told.path("os").asText() + "/"
                    + told.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant)));
        } catch (PermanentException e) {
            return Optional.empty();
        }
    }
}
