package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageEvidence;
import dev.holdfast.spi.image.ImageEvidence.Form;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageSignature;
import dev.holdfast.spi.image.ImageSignature.Place;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds what cosign keeps beside an image: under its tag, and among the referrers of the digest, which a registry
 * without that API has under another tag. Each piece is compared with its digest; how much is looked at has a limit.
 */
final class RegistrySignatures {

    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final Set<String> KINDS = Set.of(BUNDLE, "application/vnd.dev.cosign.artifact.sig.v1+json", "");
    private static final Set<Reason> ABSENT = Set.of(Reason.REF_NOT_FOUND, Reason.REVISION_NOT_FOUND);
    private static final int MOST_PAGES = 10;
    private static final int MOST_REFERRERS = 16;
    private static final int MOST_LAYERS = 16;
    private static final int LARGEST = 64 * 1024;

    private static final Set<String> OF_AN_INDEX =
            Set.of("schemaVersion", "mediaType", "artifactType", "manifests", "subject", "annotations");
    private static final Set<String> OF_AN_ENTRY =
            Set.of("mediaType", "digest", "size", "platform", "annotations", "artifactType", "urls");
    private static final Set<String> OF_A_PLATFORM =
            Set.of("architecture", "os", "os.version", "os.features", "variant", "features");

    private final RegistryCalls calls;

    RegistrySignatures(RegistryCalls calls) {
        this.calls = calls;
    }

    ImageEvidence of(ImageReference image, ImageDigest digest, Deadline deadline) {
        Optional<JsonNode> document = RegistryJson.strictTree(calls.content("manifests", image, digest, deadline));
        boolean index = document.isEmpty() || document.get().has("manifests");
        Optional<List<ImageDigest>> within =
                index ? document.flatMap(RegistrySignatures::within) : Optional.of(List.of());
        List<ImageSignature> found = new ArrayList<>();
        byTag(found, image, digest, deadline);
        byReferrers(found, image, digest, deadline);
        return new ImageEvidence(
                digest,
                within.isEmpty() ? Form.UNCLEAR_INDEX : index ? Form.INDEX : Form.IMAGE,
                within.orElse(List.of()),
                found);
    }

    /** Returns all that an engine might run; empty where another reader might see more in it. */
    private static Optional<List<ImageDigest>> within(JsonNode index) {
        List<ImageDigest> images = new ArrayList<>();
        boolean plain = isPlain(index, OF_AN_INDEX) && index.path("manifests").isArray();
        for (JsonNode entry : index.path("manifests")) {
            JsonNode platform = entry.path("platform");
            Optional<ImageDigest> digest =
                    ImageDocument.digest(entry.path("digest").asText());
            boolean nobodys = platform.path("os").asText().equals("unknown")
                    && platform.path("architecture").asText().equals("unknown");
            plain = plain && isPlain(entry, OF_AN_ENTRY) && isPlain(platform, OF_A_PLATFORM) && digest.isPresent();
            digest.filter(known -> !nobodys && !images.contains(known)).ifPresent(images::add);
        }
        return plain ? Optional.of(images) : Optional.empty();
    }

    /** Other readers pass over the case of letters: what is not spelt as it should be may be something to them. */
    private static boolean isPlain(JsonNode node, Set<String> members) {
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!members.contains(name)) {
                return false;
            }
        }
        return true;
    }

    private void byTag(List<ImageSignature> found, ImageReference image, ImageDigest digest, Deadline deadline) {
        find("manifests", image, tag(digest) + ".sig", deadline)
                .flatMap(RegistryJson::tree)
                .ifPresent(manifest -> layers(found, Place.TAG, manifest, image, deadline));
    }

    private static String tag(ImageDigest digest) {
        return digest.value().replace(':', '-');
    }

    private void byReferrers(List<ImageSignature> found, ImageReference image, ImageDigest digest, Deadline deadline) {
        int looked = 0;
        for (JsonNode entry : listed(image, digest, deadline)) {
            Optional<ImageDigest> referrer =
                    ImageDocument.digest(entry.path("digest").asText());
            if (referrer.isEmpty() || !KINDS.contains(entry.path("artifactType").asText(""))) {
                continue;
            }
            if (looked++ == MOST_REFERRERS) {
                return;
            }
            // The list is not signed and may be old: what the manifest says counts.
            find("manifests", image, referrer.get(), deadline)
                    .flatMap(RegistryJson::tree)
                    .filter(manifest ->
                            manifest.path("subject").path("digest").asText().equals(digest.value()))
                    .ifPresent(manifest -> layers(found, Place.REFERRER, manifest, image, deadline));
        }
    }

    /**
     * The entries of the list, or what the tag names where a registry has no such list. It is not asked for one type of
     * artifact, as signatures have several.
     */
    private List<JsonNode> listed(ImageReference image, ImageDigest digest, Deadline deadline) {
        List<JsonNode> entries = new ArrayList<>();
        Optional<HttpResponse<RegistryBody>> page = firstPage(image, digest, deadline);
        if (page.isEmpty()) {
            find("manifests", image, tag(digest), deadline).ifPresent(index -> addTo(entries, index));
        }
        for (int i = 1; page.isPresent(); i++) {
            HttpResponse<RegistryBody> known = page.get();
            addTo(entries, known.body().bytes());
            page = i == MOST_PAGES ? Optional.empty() : calls.after(known, image, digest.value(), deadline);
        }
        return entries;
    }

    private static void addTo(List<JsonNode> entries, byte[] index) {
        RegistryJson.tree(index).ifPresent(list -> list.path("manifests").forEach(entries::add));
    }

    private void layers(
            List<ImageSignature> found, Place place, JsonNode manifest, ImageReference image, Deadline deadline) {
        int looked = 0;
        for (JsonNode layer : manifest.path("layers")) {
            String type = layer.path("mediaType").asText();
            if (!type.equals(SIMPLE) && !type.equals(BUNDLE)) {
                continue;
            }
            if (looked++ == MOST_LAYERS) {
                return;
            }
            String beside = layer.path("annotations")
                    .path("dev.cosignproject.cosign/signature")
                    .asText("");
            byte[] blob = ImageDocument.digest(layer.path("digest").asText())
                    .filter(digest -> layer.path("size").asLong(Long.MAX_VALUE) <= LARGEST)
                    .flatMap(digest -> find("blobs", image, digest, deadline))
                    .filter(content -> content.length <= LARGEST)
                    .orElse(new byte[0]);
            found.add(ImageSignature.of(place, type, blob, beside));
        }
    }

    private Optional<byte[]> find(String kind, ImageReference image, ImageDigest digest, Deadline deadline) {
        return unlessAbsent(() -> calls.content(kind, image, digest, deadline));
    }

    private Optional<byte[]> find(String kind, ImageReference image, String reference, Deadline deadline) {
        return unlessAbsent(
                () -> calls.get(kind, image, reference, deadline).body().bytes());
    }

    private Optional<HttpResponse<RegistryBody>> firstPage(
            ImageReference image, ImageDigest digest, Deadline deadline) {
        try {
            return unlessAbsent(() -> calls.get("referrers", image, digest.value(), deadline));
        } catch (PermanentException e) {
            // A registry that does not know referrers may say so in many ways; then there is the tag.
            if (e.reason() == Reason.PROTOCOL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static <T> Optional<T> unlessAbsent(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (PermanentException e) {
            if (ABSENT.contains(e.reason())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
