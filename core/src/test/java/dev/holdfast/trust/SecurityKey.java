package dev.holdfast.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** A security key in software: what it makes ssh-keygen accepts. */
final class SecurityKey {

    private static final byte[] APPLICATION = ascii("ssh:");

    private final KeyPair pair;
    private final byte[] blob;

    private SecurityKey(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        this.pair = pair;
        this.blob = new SshWriter()
                .string(ascii(SshPublicKey.ED25519_SK))
                .string(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                .string(APPLICATION)
                .bytes();
    }

    static SecurityKey create() {
        try {
            return new SecurityKey(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String line() {
        return SshPublicKey.ED25519_SK + " " + Base64.getEncoder().encodeToString(blob);
    }

    String sign(byte[] payload, boolean touched) {
        byte[] message = new SshWriter()
                .raw(ascii("SSHSIG"))
                .string(ascii("git"))
                .string(new byte[0])
                .string(ascii("sha512"))
                .string(SshKey.hash("SHA-512", payload))
                .bytes();
        byte[] state = {(byte) (touched ? 1 : 0), 0, 0, 0, 7};
        byte[] signature = new SshWriter()
                .string(ascii(SshPublicKey.ED25519_SK))
                .string(signed(new SshWriter()
                        .raw(SshKey.sha256(APPLICATION))
                        .raw(state)
                        .raw(SshKey.sha256(message))
                        .bytes()))
                .raw(state)
                .bytes();
        byte[] all = new SshWriter()
                .raw(ascii("SSHSIG"))
                .raw(new byte[] {0, 0, 0, 1})
                .string(blob)
                .string(ascii("git"))
                .string(new byte[0])
                .string(ascii("sha512"))
                .string(signature)
                .bytes();
        return SshSignature.BEGIN + "\n"
                + Base64.getMimeEncoder(70, ascii("\n")).encodeToString(all) + "\n" + SshSignature.END + "\n";
    }

    private byte[] signed(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
