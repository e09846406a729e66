package dev.holdfast.trust;

import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageSignature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A signature in one of cosign's two forms: simple signing, where the blob is what was signed, and the bundle of
 * Sigstore, where the blob holds what was signed and the signature. What was signed is looked into only after a key of
 * the host's has verified it.
 */
final class CosignSignature {

    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String STATEMENT = "application/vnd.in-toto+json";
    private static final String SIGNED_IMAGE = "https://sigstore.dev/cosign/sign/v1";
    private static final String KIND = "cosign container image signature";

    private final byte[] signed;
    private final byte[] signature;
    private final boolean bundled;
    private final byte[] content;

    /**
     * Creates it.
     *
     * @param signed the bytes under the signature
     * @param signature the signature itself
     * @param bundled whether it is of the second form
     * @param content what was signed, without what a form adds
     */
    private CosignSignature(byte[] signed, byte[] signature, boolean bundled, byte[] content) {
        this.signed = signed;
        this.signature = signature;
        this.bundled = bundled;
        this.content = content;
    }

    static CosignSignature read(ImageSignature found) throws BadSignature {
        if (found.content().length == 0) {
            throw new BadSignature("its blob is not there, or has more than 64 KiB");
        }
        return switch (found.mediaType()) {
            case SIMPLE -> simple(found);
            case BUNDLE -> bundle(found.content());
            default ->
                throw new BadSignature("it is of type '" + BadSignature.shown(found.mediaType())
                        + "', and simple signing or a bundle v0.3 is read");
        };
    }

    private static CosignSignature simple(ImageSignature found) throws BadSignature {
        if (found.beside().isEmpty()) {
            throw new BadSignature("its manifest has no signature beside it");
        }
        return new CosignSignature(found.content(), decoded(found.beside()), false, found.content());
    }

    private static CosignSignature bundle(byte[] json) throws BadSignature {
        Map<String, Object> bundle = StrictJson.object(json);
        if (!StrictJson.within(bundle, "verificationMaterial").containsKey("publicKey")) {
            throw new BadSignature("it was made without a key of its own (keyless), which is not read");
        }
        Map<String, Object> envelope = StrictJson.within(bundle, "dsseEnvelope");
        List<?> signatures = StrictJson.list(envelope, "signatures");
        String type = StrictJson.text(envelope, "payloadType");
        if (signatures.size() != 1 || !type.equals(STATEMENT)) {
            throw new BadSignature("it is no statement with one signature");
        }
        byte[] payload = decoded(StrictJson.text(envelope, "payload"));
        byte[] signature = decoded(StrictJson.text(StrictJson.object(signatures.get(0)), "sig"));
        byte[] head = ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signed = new byte[head.length + payload.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(payload, 0, signed, head.length, payload.length);
        return new CosignSignature(signed, signature, true, payload);
    }

    private static byte[] decoded(String base64) throws BadSignature {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadSignature("it is no base64");
        }
    }

    boolean isBy(PemKey key) {
        return key.made(signature, signed);
    }

    /**
     * Returns what it calls the image, if it is over {@code digest}; empty where its form gives no name.
     *
     * @throws BadSignature if it is over something else
     */
    String over(ImageDigest digest) throws BadSignature {
        Map<String, Object> claim = StrictJson.object(content);
        return bundled ? statement(claim, digest) : simple(claim, digest);
    }

    private static String simple(Map<String, Object> claim, ImageDigest digest) throws BadSignature {
        Map<String, Object> critical = StrictJson.within(claim, "critical");
        if (!StrictJson.text(critical, "type").equals(KIND)) {
            throw new BadSignature("what was signed is no '" + KIND + "'");
        }
        same(StrictJson.text(StrictJson.within(critical, "image"), "docker-manifest-digest"), digest);
        return StrictJson.text(StrictJson.within(critical, "identity"), "docker-reference");
    }

    private static String statement(Map<String, Object> claim, ImageDigest digest) throws BadSignature {
        if (!StrictJson.text(claim, "predicateType").equals(SIGNED_IMAGE)) {
            throw new BadSignature("what was signed is a statement of another kind ("
                    + BadSignature.shown(StrictJson.text(claim, "predicateType")) + ")");
        }
        List<?> subjects = StrictJson.list(claim, "subject");
        if (subjects.size() != 1) {
            throw new BadSignature("what was signed names " + subjects.size() + " subjects");
        }
        Map<String, Object> subject = StrictJson.object(subjects.get(0));
        same("sha256:" + StrictJson.text(StrictJson.within(subject, "digest"), "sha256"), digest);
        return StrictJson.text(subject, "name");
    }

    private static void same(String said, ImageDigest digest) throws BadSignature {
        if (!said.equals(digest.value())) {
            throw new BadSignature("it was made for " + (said.isEmpty() ? "no digest" : BadSignature.shown(said)));
        }
    }
}
