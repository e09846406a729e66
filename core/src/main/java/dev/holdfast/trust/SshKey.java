package dev.holdfast.trust;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * A public key as SSH writes it, and the check of a signature with it. Ed25519, its security-key kind, ECDSA on the
 * three NIST curves, and RSA from 2048 bits with SHA-2; all else is refused by name.
 */
final class SshKey {

    private static final Set<String> RSA_SIGNATURES = Set.of("rsa-sha2-256", "rsa-sha2-512");
    private static final int USER_PRESENT = 1;

    private final String type;
    private final byte[] blob;
    private final SshPublicKey key;

    private SshKey(String type, byte[] blob, SshPublicKey key) {
        this.type = type;
        this.blob = blob;
        this.key = key;
    }

    /** Reads a key, with its type in front, as it stands in base64 in public key files. */
    static SshKey read(byte[] blob) throws BadSignature {
        SshReader reader = new SshReader(blob);
        String type = reader.text();
        SshPublicKey key = SshPublicKey.read(type, reader);
        reader.end();
        return new SshKey(type, blob.clone(), key);
    }

    String type() {
        return type;
    }

    /** Returns what {@code ssh-keygen -l} prints: {@code SHA256:} and base64 without padding. */
    String fingerprint() {
        return fingerprint(blob);
    }

    static String fingerprint(byte[] blob) {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(sha256(blob));
    }

    /** Checks a signature, in SSH's binary form, over {@code message}. */
    void verify(byte[] message, byte[] signature) throws BadSignature {
        SshReader reader = new SshReader(signature);
        String kind = reader.text();
        boolean fits = type.equals(SshPublicKey.RSA) ? RSA_SIGNATURES.contains(kind) : type.equals(kind);
        if (!fits) {
            throw new BadSignature(
                    "its kind '" + BadSignature.shown(kind) + "' is not one that a key of type " + type + " makes");
        }
        byte[] raw = reader.string();
        byte[] signed = type.equals(SshPublicKey.ED25519_SK) ? pressed(reader, message) : message;
        reader.end();
        try {
            Signature check = Signature.getInstance(key.algorithm(kind));
            check.initVerify(key.key());
            check.update(signed);
            if (!check.verify(key.jdkForm(raw))) {
                throw new BadSignature("it is not of these bytes");
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BadSignature("it is not of these bytes");
        }
    }

    /** What a security key signs: it says that somebody touched it, which is why it was bought. */
    private byte[] pressed(SshReader reader, byte[] message) throws BadSignature {
        byte[] flags = reader.take(1);
        byte[] counter = reader.take(4);
        if ((flags[0] & USER_PRESENT) == 0) {
            throw new BadSignature("nobody touched the security key for it");
        }
        byte[] application = sha256(key.application());
        byte[] content = sha256(message);
        byte[] signed = Arrays.copyOf(application, application.length + 5 + content.length);
        signed[application.length] = flags[0];
        System.arraycopy(counter, 0, signed, application.length + 1, 4);
        System.arraycopy(content, 0, signed, application.length + 5, content.length);
        return signed;
    }

    static byte[] sha256(byte[] bytes) {
        return hash("SHA-256", bytes);
    }

    static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SshKey that && Arrays.equals(blob, that.blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }

    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
