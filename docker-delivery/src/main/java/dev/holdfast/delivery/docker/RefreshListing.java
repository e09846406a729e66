package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One list of the containers that follow a tag. What one container or image says oddly is left out or made up for, so
 * that it keeps no other from being compared.
 */
final class RefreshListing {

    private final EngineApi engine;
    private final Map<String, JsonNode> images = new HashMap<>();
    private Optional<ImagePlatform> own = Optional.empty();

    RefreshListing(EngineApi engine) {
        this.engine = engine;
    }

    List<RunningContainer> containers() {
        JsonNode listed = engine.get("/containers/json?all=1");
        Map<String, RunningContainer> found = new HashMap<>();
        Set<String> brokenOff = new HashSet<>();
        for (JsonNode container : listed) {
            String name = name(container);
            Optional<String> known = RefreshNames.leftOver(name);
            known.ifPresent(brokenOff::add);
            if (known.isPresent() || container.path("State").asText().equals("running")) {
                describe(container, known.orElse(name))
                        // What has the name says what runs; a left-over only where nothing has it.
                        .ifPresent(told ->
                                found.merge(told.name(), told, (one, other) -> known.isPresent() ? one : other));
            }
        }
        return found.values().stream()
                .map(container -> brokenOff.contains(container.name()) ? brokenOff(container) : container)
                .toList();
    }

    /** Returns the name of a container of the list. */
    static String name(JsonNode container) {
        for (JsonNode name : container.path("Names")) {
            // A link's name has two slashes.
            if (name.asText().lastIndexOf('/') == 0) {
                return name.asText().substring(1);
            }
        }
        return container.path("Id").asText();
    }

    private static RunningContainer brokenOff(RunningContainer container) {
        return new RunningContainer(
                container.id(),
                container.name(),
                container.image(),
                container.imageId(),
                container.digests(),
                container.platform(),
                container.labels(),
                true);
    }

    private Optional<RunningContainer> describe(JsonNode container, String name) {
        Optional<ImageReference> reference = reference(container);
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        String imageId = container.path("ImageID").asText();
        JsonNode image = images.computeIfAbsent(imageId, this::image);
        Map<String, String> labels = new HashMap<>();
        container
                .path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return Optional.of(new RunningContainer(
                container.path("Id").asText(),
                name,
                reference.get(),
                imageId,
                digests(reference.get(), container, image),
                platform(image),
                labels,
                false));
    }

    /** Nothing is known of an image that is gone, and of one that the engine itself cannot read. */
    private JsonNode image(String id) {
        try {
            return engine.find("/images/" + id + "/json").orElse(MissingNode.getInstance());
        } catch (HoldfastException e) {
            if (e.reason() == Reason.UNREACHABLE || e.reason() == Reason.TIMEOUT) {
                throw e;
            }
            return MissingNode.getInstance();
        }
    }

    /**
     * The listing names the image by its id once its tag has moved in the engine; the container itself knows better.
     */
    private Optional<ImageReference> reference(JsonNode container) {
        Optional<String> copied = Optional.ofNullable(container.path("Labels").get(RefreshNames.IMAGE))
                .map(JsonNode::asText);
        String listed = copied.orElseGet(() -> container.path("Image").asText());
        String imageId = container.path("ImageID").asText();
        boolean moved = imageId.equals(listed) || imageId.startsWith("sha256:" + listed);
        String text = moved
                ? engine.find("/containers/" + container.path("Id").asText() + "/json")
                        .map(RefreshNames::image)
                        .orElse(listed)
                : listed;
        try {
            return Optional.of(ImageReference.parse(text));
        } catch (PermanentException e) {
            return Optional.empty();
        }
    }

    private Set<ImageDigest> digests(ImageReference reference, JsonNode container, JsonNode image) {
        Set<ImageDigest> digests = new HashSet<>();
        boolean idIsDigest = false;
        for (JsonNode known : image.path("RepoDigests")) {
            String[] parts = known.asText().split("@", 2);
            idIsDigest |= parts.length == 2 && parts[1].equals(image.path("Id").asText());
            if (parts.length == 2 && isOf(reference, parts[0])) {
                ImageDocument.digest(parts[1]).ifPresent(digests::add);
            }
        }
        if (idIsDigest) {
            manifest(container).ifPresent(digests::add);
        }
        return digests;
    }

    /**
     * In the containerd store an image's id and digest are both its index's, which moves with any platform and any
     * attestation. From API 1.48 on the engine says which manifest of it the container runs.
     */
    private Optional<ImageDigest> manifest(JsonNode container) {
        JsonNode listed = container.path("ImageManifestDescriptor");
        JsonNode told = listed.has("digest")
                ? listed
                : engine.find("/containers/" + container.path("Id").asText() + "/json")
                        .map(one -> one.path("ImageManifestDescriptor"))
                        .orElse(listed);
        return ImageDocument.digest(told.path("digest").asText());
    }

    private static boolean isOf(ImageReference reference, String name) {
        try {
            return ImageReference.parse(name).name().equals(reference.name());
        } catch (PermanentException e) {
            return false;
        }
    }

    /** An image that names no platform runs, so it is for the engine's own. */
    private ImagePlatform platform(JsonNode image) {
        try {
            return parsed(image, "Architecture");
        } catch (PermanentException e) {
            if (own.isEmpty()) {
                own = Optional.of(parsed(engine.get("/version"), "Arch"));
            }
            return own.get();
        }
    }

    private static ImagePlatform parsed(JsonNode told, String architecture) {
        return new ImagePlatform(word(told.path("Os")), word(told.path(architecture)), word(told.path("Variant")));
    }

    private static String word(JsonNode told) {
        return told.asText("").toLowerCase(Locale.ROOT);
    }
}
