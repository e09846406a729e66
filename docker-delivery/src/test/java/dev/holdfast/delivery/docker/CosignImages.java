package dev.holdfast.delivery.docker;

import dev.holdfast.spi.image.ImageDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Signs images in a real registry as cosign does, with keys and signatures that {@code openssl} makes. */
final class CosignImages {

    static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String SIGNATURES = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private static final String OCI = "application/vnd.oci.image.";

    private final RegistryServer registry;
    private final Path directory;

    CosignImages(RegistryServer registry, Path directory) {
        this.registry = registry;
        this.directory = directory;
    }

    /** A key pair. */
    record SignerKey(Path secret, String pem, boolean edwards) {}

    /** One signature, as a layer of a manifest. */
    record Layer(String type, String content, String beside) {}

    SignerKey key(String name, String... algorithm) {
        Path secret = directory.resolve(name + ".key");
        run(Stream.concat(Stream.of("genpkey", "-out", secret.toString(), "-algorithm"), Stream.of(algorithm)));
        String pem = new String(run(Stream.of("pkey", "-in", secret.toString(), "-pubout")), StandardCharsets.US_ASCII);
        return new SignerKey(secret, pem, algorithm[0].equals("ED25519"));
    }

    private byte[] sign(SignerKey key, String content) {
        try {
            Path file = Files.writeString(directory.resolve("content"), content);
            return key.edwards()
                    ? run(Stream.of(
                            "pkeyutl", "-sign", "-rawin", "-inkey", key.secret().toString(), "-in", file.toString()))
                    : run(Stream.of("dgst", "-sha256", "-sign", key.secret().toString(), file.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what cosign signs. */
    static String claim(String reference, ImageDigest digest) {
        return "{\"critical\":{\"identity\":{\"docker-reference\":\"" + reference
                + "\"},\"image\":{\"docker-manifest-digest\":\"" + digest
                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}";
    }

    Layer simple(SignerKey key, String claim) {
        return new Layer(SIMPLE, claim, Base64.getEncoder().encodeToString(sign(key, claim)));
    }

    /** Returns the bundle that newer versions write, over a statement about a digest. */
    Layer bundle(SignerKey key, ImageDigest digest, String predicate, String material) {
        String type = "application/vnd.in-toto+json";
        String statement = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\""
                + digest.value().substring(7) + "\"}}],\"predicateType\":\"" + predicate + "\",\"predicate\":{}}";
        String signed = "DSSEv1 " + type.length() + " " + type + " " + statement.length() + " " + statement;
        String sig = Base64.getEncoder().encodeToString(sign(key, signed));
        String json = "{\"mediaType\":\"" + BUNDLE + "\",\"verificationMaterial\":{" + material
                + "},\"dsseEnvelope\":{\"payload\":\""
                + Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8))
                + "\",\"payloadType\":\"" + type + "\",\"signatures\":[{\"sig\":\"" + sig + "\",\"keyid\":\"\"}]}}";
        return new Layer(BUNDLE, json, "");
    }

    /** Keeps signatures under cosign's tag. */
    void byTag(String repository, ImageDigest digest, Layer... layers) {
        registry.manifest(repository, tag(digest) + ".sig", OCI + "manifest.v1+json", manifest(repository, "", layers));
    }

    /** Keeps each signature as a referrer, under the tag that stands for the API. */
    void byReferrer(String repository, ImageDigest digest, Layer... layers) {
        byReferrer(repository, digest, digest, layers);
    }

    /** The same, of referrers whose own word is that they are about something else. */
    void byReferrer(String repository, ImageDigest digest, ImageDigest subject, Layer... layers) {
        List<String> entries = new ArrayList<>();
        for (Layer layer : layers) {
            String type = layer.type().equals(BUNDLE) ? BUNDLE : SIGNATURES;
            String json = manifest(
                    repository,
                    ",\"artifactType\":\"" + type + "\",\"subject\":{\"mediaType\":\"" + OCI
                            + "manifest.v1+json\",\"size\":2,\"digest\":\"" + subject + "\"}",
                    layer);
            ImageDigest pushed = registry.manifest(
                    repository,
                    ImageDigest.ofContent(json.getBytes(StandardCharsets.UTF_8)).value(),
                    OCI + "manifest.v1+json",
                    json);
            entries.add("{\"mediaType\":\"" + OCI + "manifest.v1+json\",\"digest\":\"" + pushed + "\",\"size\":"
                    + json.length() + ",\"artifactType\":\"" + type + "\"}");
        }
        registry.manifest(
                repository,
                tag(digest),
                OCI + "index.v1+json",
                "{\"schemaVersion\":2,\"mediaType\":\"" + OCI + "index.v1+json\",\"manifests\":["
                        + String.join(",", entries) + "]}");
    }

    private static String tag(ImageDigest digest) {
        return digest.value().replace(':', '-');
    }

    private String manifest(String repository, String more, Layer... layers) {
        ImageDigest config = registry.blob(repository, "{}".getBytes(StandardCharsets.UTF_8));
        String all = Stream.of(layers)
                .map(layer -> "{\"mediaType\":\"" + layer.type() + "\",\"digest\":\""
                        + registry.blob(repository, layer.content().getBytes(StandardCharsets.UTF_8)) + "\",\"size\":"
                        + layer.content().length()
                        + (layer.beside().isEmpty()
                                ? ""
                                : ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + layer.beside()
                                        + "\"}")
                        + "}")
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"" + OCI + "manifest.v1+json\",\"config\":{\"mediaType\":\"" + OCI
                + "config.v1+json\",\"digest\":\"" + config + "\",\"size\":2},\"layers\":[" + all + "]" + more + "}";
    }

    private byte[] run(Stream<String> arguments) {
        List<String> command = Stream.concat(Stream.of("openssl"), arguments).toList();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(directory.resolve("errors").toFile())
                    .start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(directory.resolve("errors")));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
