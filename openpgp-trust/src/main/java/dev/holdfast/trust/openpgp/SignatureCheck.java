package dev.holdfast.trust.openpgp;

import dev.holdfast.spi.trust.SignatureVerifier.Answer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * Whether a key of a ring made a signature, and might: what gpg looks at, with what the library leaves to its caller.
 *
 * @param name what messages call the ring
 * @param asOf when keys must not have ended
 */
record SignatureCheck(String name, KeyRing ring, Instant asOf) {

    Answer check(byte[] payload, PGPSignature signature) throws BadOpenPgp {
        List<KeyRing.Match> found = ring.find(signature.getKeyID());
        String id = "%016X".formatted(signature.getKeyID());
        if (found.isEmpty()) {
            return new Answer.NotAllowed("signed with key " + id + ", which is not in " + name);
        }
        if (found.size() > 1) {
            return new Answer.NotAllowed("signed with key " + id + ", of which " + name + " has two; leave one");
        }
        PGPPublicKey key = found.get(0).key();
        if (!made(key, payload, signature)) {
            throw new BadOpenPgp("it is not of these bytes");
        }
        return judged(new KeyState(found.get(0).ring()), key, signature);
    }

    private static boolean made(PGPPublicKey key, byte[] payload, PGPSignature signature) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(payload);
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }

    private Answer judged(KeyState state, PGPPublicKey key, PGPSignature signature) {
        Instant when = signature.getCreationTime().toInstant();
        String fingerprint = fingerprint(state.primary());
        Optional<String> hindrance = ended(signature, when).or(() -> state.hindrance(key, when, asOf));
        if (hindrance.isPresent()) {
            return new Answer.NotAllowed("signed with " + fingerprint + ", which may not sign it: " + hindrance.get());
        }
        return new Answer.Good(fingerprint, state.names(), when);
    }

    private Optional<String> ended(PGPSignature signature, Instant when) {
        long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
        return seconds > 0 && !asOf.isBefore(when.plusSeconds(seconds))
                ? Optional.of("the signature ended at " + when.plusSeconds(seconds))
                : Optional.empty();
    }

    static String fingerprint(PGPPublicKey key) {
        return HexFormat.of().formatHex(key.getFingerprint()).toUpperCase(Locale.ROOT);
    }
}
