package dev.holdfast.trust;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** A detached signature in the form of {@code ssh-keygen -Y sign}, as git keeps it (OpenSSH, PROTOCOL.sshsig). */
final class SshSignature {

    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
    static final String END = "-----END SSH SIGNATURE-----";
    /** What git signs for. */
    static final String NAMESPACE = "git";

    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, String> HASHES = Map.of("sha256", "SHA-256", "sha512", "SHA-512");
    private static final int LONGEST = 16 * 1024;

    private final SshKey key;
    private final byte[] reserved;
    private final String hash;
    private final byte[] signature;

    private SshSignature(SshKey key, byte[] reserved, String hash, byte[] signature) {
        this.key = key;
        this.reserved = reserved;
        this.hash = hash;
        this.signature = signature;
    }

    /** Reads the lines from {@link #BEGIN} to {@link #END}; refuses what is not for git, and what is left over. */
    static SshSignature read(String armored) throws BadSignature {
        SshReader reader = new SshReader(decoded(armored));
        if (!Arrays.equals(reader.take(MAGIC.length), MAGIC)) {
            throw new BadSignature("it is no SSH signature");
        }
        int version = reader.number();
        if (version != 1) {
            throw new BadSignature("it is of version " + version + ", and 1 is known");
        }
        SshKey key = SshKey.read(reader.string());
        String namespace = reader.text();
        byte[] reserved = reader.string();
        String hash = reader.text();
        byte[] signature = reader.string();
        reader.end();
        if (!namespace.equals(NAMESPACE)) {
            throw new BadSignature("it was made for '" + BadSignature.shown(namespace) + "', not for git");
        }
        if (!HASHES.containsKey(hash)) {
            throw new BadSignature("its hash '" + BadSignature.shown(hash) + "' is not sha256 or sha512");
        }
        return new SshSignature(key, reserved, hash, signature);
    }

    private static byte[] decoded(String armored) throws BadSignature {
        if (armored.length() > LONGEST || armored.indexOf('\r') >= 0) {
            throw new BadSignature("it is too long, or its lines do not end as git ends them");
        }
        String body = armored.strip();
        if (!body.startsWith(BEGIN + "\n") || !body.endsWith("\n" + END)) {
            throw new BadSignature("it lacks its first or its last line");
        }
        String text = body.substring(BEGIN.length() + 1, body.length() - END.length() - 1)
                .replace("\n", "");
        try {
            byte[] decoded = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(decoded).equals(text)) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw new BadSignature("it is not base64");
        }
        throw new BadSignature("its base64 is not in its one form");
    }

    SshKey key() {
        return key;
    }

    /** Refuses it unless it was made by its key over {@code payload}. Whose key that is, is another question. */
    void verify(byte[] payload) throws BadSignature {
        byte[] digest = SshKey.hash(HASHES.getOrDefault(hash, ""), payload);
        SshWriter message = new SshWriter()
                .raw(MAGIC)
                .string(NAMESPACE.getBytes(StandardCharsets.US_ASCII))
                .string(reserved)
                .string(hash.getBytes(StandardCharsets.US_ASCII))
                .string(digest);
        key.verify(message.bytes(), signature);
    }
}
