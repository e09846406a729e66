package dev.holdfast.delivery.docker;

import dev.holdfast.delivery.docker.CosignImages.Layer;
import dev.holdfast.delivery.docker.CosignImages.SignerKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.trust.SignedPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The cases of images, in a real registry. */
final class ImageTrustCases {

    private static final String SIGNED = "https://sigstore.dev/cosign/sign/v1";
    private static final String BY_KEY = "\"publicKey\":{\"hint\":\"\"}";
    private static final ImageDigest EMPTY = ImageDigest.ofContent("{}".getBytes(StandardCharsets.UTF_8));
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    private final List<ImageTrustCase> cases = new ArrayList<>();
    private final RegistryServer registry;
    private final CosignImages cosign;
    private final SignerKey alice;
    private final SignerKey mallory;

    private ImageTrustCases(RegistryServer registry, CosignImages cosign) {
        this.registry = registry;
        this.cosign = cosign;
        this.alice = cosign.key("alice", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
        this.mallory = cosign.key("mallory", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
    }

    static List<ImageTrustCase> in(RegistryServer registry, CosignImages cosign) {
        ImageTrustCases made = new ImageTrustCases(registry, cosign);
        made.found();
        made.indexes();
        made.signers();
        made.forms();
        made.names();
        made.registries();
        return List.copyOf(made.cases);
    }

    private ImageTrustCase add(ImageTrustCase made) {
        cases.add(made);
        return made;
    }

    /** An image, and layers of signatures under cosign's tag. */
    private ImageTrustCase tagged(String what, BiFunction<String, ImageDigest, Layer[]> layers) {
        return add(ImageTrustCase.of(what, alice.pem(), repository -> {
            ImageDigest digest = registry.push(repository, "latest", "one");
            cosign.byTag(repository, digest, layers.apply(repository, digest));
            return digest;
        }));
    }

    private ImageTrustCase tagged(String what, SignerKey key, UnaryOperator<String> claim) {
        return tagged(what, (repository, digest) ->
                new Layer[] {cosign.simple(key, claim.apply(claim(repository, digest)))});
    }

    private static String claim(String repository, ImageDigest digest) {
        return CosignImages.claim("registry.example.com/" + repository, digest);
    }

    private Layer simple(SignerKey key, String repository, ImageDigest digest) {
        return cosign.simple(key, claim(repository, digest));
    }

    private void found() {
        tagged("image signed, found by cosign's tag, ECDSA P-256", alice, same -> same)
                .good(SignedPart.IMAGE);
        for (String[] kind : List.of(
                new String[] {"Ed25519", "ED25519"},
                new String[] {"RSA of 3072 bits", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"})) {
            SignerKey key = cosign.key("k" + kind.length, Arrays.copyOfRange(kind, 1, kind.length));
            add(ImageTrustCase.of("the same with " + kind[0], key.pem(), repository -> {
                        ImageDigest digest = registry.push(repository, "latest", "one");
                        cosign.byTag(repository, digest, simple(key, repository, digest));
                        return digest;
                    }))
                    .good(SignedPart.IMAGE);
        }
        referred("image signed, found as a referrer by the tag in place of the API", false)
                .good(SignedPart.IMAGE);
        referred("image signed, found as a referrer by the API", false)
                .behind(path -> path.replaceFirst("/referrers/sha256:", "/manifests/sha256-"))
                .good(SignedPart.IMAGE);
        referred("image signed with a bundle, found as a referrer", true).good(SignedPart.IMAGE);
        tagged("image without a signature", (repository, digest) -> new Layer[0])
                .refused(Reason.UNSIGNED);
        add(ImageTrustCase.of(
                        "image beside which nothing is kept",
                        alice.pem(),
                        repository -> registry.push(repository, "latest", "one")))
                .refused(Reason.UNSIGNED);
        add(ImageTrustCase.of("signature of the image that the tag named before", alice.pem(), repository -> {
                    ImageDigest before = registry.push(repository, "latest", "one");
                    cosign.byTag(repository, before, simple(alice, repository, before));
                    return registry.push(repository, "latest", "two");
                }))
                .refused(Reason.UNSIGNED);
    }

    private ImageTrustCase referred(String what, boolean bundled) {
        return add(ImageTrustCase.of(what, alice.pem(), repository -> {
            ImageDigest digest = registry.push(repository, "latest", "one");
            Layer layer = bundled ? cosign.bundle(alice, digest, SIGNED, BY_KEY) : simple(alice, repository, digest);
            cosign.byReferrer(repository, digest, layer);
            return digest;
        }));
    }

    private void indexes() {
        add(ImageTrustCase.of("index signed, its images not", alice.pem(), repository -> {
                    ImageDigest index = index(repository);
                    cosign.byTag(repository, index, simple(alice, repository, index));
                    return index;
                }))
                .good(SignedPart.INDEX);
        add(ImageTrustCase.of("index not signed, the image for each platform is", alice.pem(), repository -> {
                    ImageDigest index = index(repository);
                    images(repository)
                            .forEach(image -> cosign.byTag(repository, image, simple(alice, repository, image)));
                    return index;
                }))
                .good(SignedPart.EACH_IMAGE);
        add(ImageTrustCase.of("index not signed, the image for one of two platforms is", alice.pem(), repository -> {
                    ImageDigest index = index(repository);
                    ImageDigest one = images(repository).get(0);
                    cosign.byTag(repository, one, simple(alice, repository, one));
                    return index;
                }))
                .refused(Reason.UNSIGNED);
        add(ImageTrustCase.of("index not signed, one of its images by a stranger", alice.pem(), repository -> {
                    ImageDigest index = index(repository);
                    List<ImageDigest> images = images(repository);
                    cosign.byTag(repository, images.get(0), simple(alice, repository, images.get(0)));
                    cosign.byTag(repository, images.get(1), simple(mallory, repository, images.get(1)));
                    return index;
                }))
                .refused(Reason.SIGNER_REFUSED);
        add(ImageTrustCase.of("index signed by a stranger, its images by whom they should", alice.pem(), repository -> {
                    ImageDigest index = index(repository);
                    cosign.byTag(repository, index, simple(mallory, repository, index));
                    images(repository)
                            .forEach(image -> cosign.byTag(repository, image, simple(alice, repository, image)));
                    return index;
                }))
                .refused(Reason.SIGNER_REFUSED);
        spelt("index not signed, with an attestation that no platform runs", "manifests", "unknown")
                .good(SignedPart.EACH_IMAGE);
        spelt("index not signed, with an image that is signed for nobody", "manifests", "arm64")
                .refused(Reason.UNSIGNED);
        spelt("index not signed, with a member that is not of an index", "more", "unknown")
                .refused(Reason.UNSIGNED);
    }

    private ImageDigest index(String repository) {
        return registry.pushIndex(repository, "latest", Map.of("linux/amd64", "one", "linux/arm64", "two"));
    }

    private List<ImageDigest> images(String repository) {
        return List.of(registry.push(repository, "part-amd64", "one"), registry.push(repository, "part-arm64", "two"));
    }

    /** An index of a signed image and of something else. */
    private ImageTrustCase spelt(String what, String member, String platform) {
        return add(ImageTrustCase.of(what, alice.pem(), repository -> {
            ImageDigest image = registry.push(repository, "part", "one");
            ImageDigest other = registry.push(repository, "other", "two");
            cosign.byTag(repository, image, simple(alice, repository, image));
            String signed = entry(image, "linux", "amd64");
            String unsigned = entry(other, platform.equals("unknown") ? platform : "linux", platform);
            String entries = member.equals("manifests")
                    ? "\"manifests\":[" + signed + "," + unsigned + "]"
                    : "\"manifests\":[" + signed + "],\"" + member + "\":[]";
            return registry.manifest(
                    repository,
                    "latest",
                    OCI_INDEX,
                    "{\"schemaVersion\":2,\"mediaType\":\"" + OCI_INDEX + "\"," + entries + "}");
        }));
    }

    private static String entry(ImageDigest digest, String os, String architecture) {
        return "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + digest
                + "\",\"size\":1,\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\"}}";
    }

    private void signers() {
        tagged("signed with another key", mallory, same -> same).refused(Reason.SIGNER_REFUSED);
        tagged("signed by two, one of whom may", (repository, digest) ->
                        new Layer[] {simple(mallory, repository, digest), simple(alice, repository, digest)})
                .good(SignedPart.IMAGE);
        add(ImageTrustCase.of("signed with the second key of the rule", mallory.pem() + alice.pem(), repository -> {
                    ImageDigest digest = registry.push(repository, "latest", "one");
                    cosign.byTag(repository, digest, simple(alice, repository, digest));
                    return digest;
                }))
                .good(SignedPart.IMAGE);
        tagged("signed for another digest", alice, claim -> claim.replaceFirst("sha256:[0-9a-f]{8}", "sha256:00000000"))
                .refused(Reason.SIGNATURE_REFUSED);
        tagged("what was signed was changed after it", (repository, digest) -> {
                    Layer layer = cosign.simple(alice, claim("acme/other", digest));
                    return new Layer[] {new Layer(layer.type(), claim(repository, digest), layer.beside())};
                })
                .refused(Reason.SIGNER_REFUSED);
        add(ImageTrustCase.of("a referrer that says it is about another image", alice.pem(), repository -> {
                    ImageDigest digest = registry.push(repository, "latest", "one");
                    ImageDigest other = registry.push(repository, "other", "two");
                    cosign.byReferrer(repository, digest, other, simple(alice, repository, digest));
                    return digest;
                }))
                .refused(Reason.UNSIGNED);
    }

    private void forms() {
        tagged("signature that is no base64", (repository, digest) -> new Layer[] {
                    new Layer(
                            CosignImages.SIMPLE,
                            simple(alice, repository, digest).content(),
                            "not base64")
                })
                .refused(Reason.SIGNATURE_REFUSED);
        tagged("no signature beside the blob", (repository, digest) -> new Layer[] {
                    new Layer(
                            CosignImages.SIMPLE,
                            simple(alice, repository, digest).content(),
                            "")
                })
                .refused(Reason.SIGNATURE_REFUSED);
        tagged("signed text that is no JSON", alice, claim -> claim.substring(1))
                .refused(Reason.SIGNATURE_REFUSED);
        tagged(
                        "signed text that says a member twice",
                        alice,
                        claim -> claim.replace("\"type\":", "\"type\":\"\",\"type\":"))
                .refused(Reason.SIGNATURE_REFUSED);
        tagged("signed text of another kind", alice, claim -> claim.replace("container image", "blob"))
                .refused(Reason.SIGNATURE_REFUSED);
        tagged("signed text of more than 64 KiB", alice, claim -> claim + " ".repeat(64 * 1024))
                .refused(Reason.SIGNATURE_REFUSED);
        bundled("bundle of a statement of another kind", "https://slsa.dev/provenance/v1", BY_KEY)
                .refused(Reason.SIGNATURE_REFUSED);
        bundled("bundle of a signature without a key (keyless)", SIGNED, "\"certificate\":{\"rawBytes\":\"\"}")
                .refused(Reason.SIGNATURE_REFUSED);
    }

    private ImageTrustCase bundled(String what, String predicate, String material) {
        return add(ImageTrustCase.of(what, alice.pem(), repository -> {
            ImageDigest digest = registry.push(repository, "latest", "one");
            cosign.byReferrer(repository, digest, cosign.bundle(alice, digest, predicate, material));
            return digest;
        }));
    }

    private void names() {
        tagged("signed under another name, which does not matter", alice, same -> same)
                .good(SignedPart.IMAGE);
        tagged("signed under the name that the rule asks for", alice, same -> same)
                .rule(rule -> rule.signedAs("registry.example.com/acme/*"))
                .good(SignedPart.IMAGE);
        tagged("signed under another name than the rule asks for", alice, same -> same)
                .rule(rule -> rule.signedAs("registry.example.com/other/*"))
                .refused(Reason.SIGNATURE_REFUSED);
    }

    private void registries() {
        Stream.of("404", "500", "403")
                .forEach(status -> tagged("registry that answers " + status + " for the signature", alice, same -> same)
                        .behind(path -> path.endsWith(".sig") ? status : path)
                        .refused(
                                switch (status) {
                                    case "404" -> Reason.UNSIGNED;
                                    case "403" -> Reason.FORBIDDEN;
                                    default -> Reason.UNREACHABLE;
                                }));
        tagged("registry that answers 500 for referrers, beside a good tag", alice, same -> same)
                .behind(path -> path.contains("/referrers/") ? "500" : path)
                .refused(Reason.UNREACHABLE);
        tagged("registry that hands over another blob than was asked for", alice, same -> same)
                .behind(path -> path.contains("/blobs/") ? path.replaceFirst("/blobs/.*", "/blobs/" + EMPTY) : path)
                .refused(Reason.PROTOCOL);
    }
}
