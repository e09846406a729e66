package dev.holdfast.trust.openpgp;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** The keys that a host has exported; each a primary key with its subkeys, user ids and all signatures on them. */
final class KeyRing {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN PGP PUBLIC KEY BLOCK-----[^-]*+-----END PGP PUBLIC KEY BLOCK-----\\s*+");

    private final List<PGPPublicKeyRing> keys;

    private KeyRing(List<PGPPublicKeyRing> keys) {
        this.keys = keys;
    }

    /** A key that may have made a signature: the primary key, or one of its subkeys. */
    record Match(PGPPublicKeyRing ring, PGPPublicKey key) {}

    static KeyRing parse(String name, byte[] content) {
        try {
            List<PGPPublicKeyRing> keys = new ArrayList<>();
            PGPObjectFactory objects = new PGPObjectFactory(unarmored(content), new BcKeyFingerprintCalculator());
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                if (!(next instanceof PGPPublicKeyRing ring)) {
                    throw new IOException("it holds something else than public keys");
                }
                keys.add(ring);
            }
            if (keys.isEmpty()) {
                throw new IOException("it holds no key");
            }
            return new KeyRing(List.copyOf(keys));
        } catch (IOException | RuntimeException e) {
            // Not the content, nor what a reader says of it: it might be a private key.
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    name + " cannot be used, so nobody may sign: it is not what gpg --export writes; export it anew");
        }
    }

    private static byte[] unarmored(byte[] content) throws IOException {
        if (content.length == 0 || content[0] < 0) {
            return content;
        }
        String text = new String(content, StandardCharsets.ISO_8859_1).strip();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        Matcher block = BLOCK.matcher(text);
        int end = 0;
        while (end < text.length() && block.region(end, text.length()).lookingAt()) {
            try (ArmoredInputStream armor = new ArmoredInputStream(
                    new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1)))) {
                armor.transferTo(binary);
            }
            end = block.end();
        }
        if (end < text.length()) {
            throw new IOException("it holds something else than armored public keys");
        }
        return binary.toByteArray();
    }

    /** Returns the keys of an id; an id says which to try, and nothing more. */
    List<Match> find(long keyId) {
        List<Match> found = new ArrayList<>();
        for (PGPPublicKeyRing ring : keys) {
            ring.getPublicKeys().forEachRemaining(key -> {
                if (key.getKeyID() == keyId) {
                    found.add(new Match(ring, key));
                }
            });
        }
        return found;
    }
}
