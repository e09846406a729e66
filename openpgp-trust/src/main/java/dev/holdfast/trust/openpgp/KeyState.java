package dev.holdfast.trust.openpgp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * What a key says of itself, by the newest of its own signatures that verify: whose it is, when it ends, what it may. A
 * revocation counts whoever made it, since taking it off is all that an attacker could want.
 */
final class KeyState {

    private static final int SHORTEST_RSA = 2048;

    private final PGPPublicKey primary;
    private final List<String> users = new ArrayList<>();
    private final List<PGPSignature> own = new ArrayList<>();

    KeyState(PGPPublicKeyRing ring) {
        this.primary = ring.getPublicKey();
        for (Iterator<byte[]> ids = primary.getRawUserIDs(); ids.hasNext(); ) {
            byte[] id = ids.next();
            newest(signatures(primary.getSignaturesForID(id)), signature -> signature.verifyCertification(id, primary))
                    .filter(PGPSignature::isCertification)
                    .ifPresent(signature -> {
                        users.add(new String(id, StandardCharsets.UTF_8));
                        own.add(signature);
                    });
        }
    }

    PGPPublicKey primary() {
        return primary;
    }

    /** Returns the user ids, and of each the address in it. */
    List<String> names() {
        return users.stream()
                .flatMap(user -> {
                    int from = user.lastIndexOf('<');
                    int to = user.lastIndexOf('>');
                    return from < 0 || to < from ? Stream.of(user) : Stream.of(user.substring(from + 1, to), user);
                })
                .distinct()
                .toList();
    }

    /** Returns why a key of this ring may not have signed at a time. */
    Optional<String> hindrance(PGPPublicKey key, Instant signed, Instant asOf) {
        boolean subkey = !key.isMasterKey();
        return hindrance(primary, selfMade(), "the key", !subkey, signed, asOf)
                .or(() -> subkey ? ofSubkey(key, signed, asOf) : Optional.empty());
    }

    private Optional<String> ofSubkey(PGPPublicKey key, Instant signed, Instant asOf) {
        Optional<PGPSignature> binding = newest(
                signatures(key.getSignaturesOfType(PGPSignature.SUBKEY_BINDING)),
                signature -> signature.verifyCertification(primary, key));
        if (binding.filter(found -> isClaimedBack(found, key)).isEmpty()) {
            return Optional.of("its subkey is not bound to it in both directions");
        }
        return hindrance(key, List.of(binding.get()), "its subkey", true, signed, asOf);
    }

    /** Without it, anybody could bind the signing key of somebody else to a key of his own. */
    private boolean isClaimedBack(PGPSignature binding, PGPPublicKey key) {
        for (PGPSignature back : DetachedSignature.embedded(binding)) {
            if (back.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING
                    && verifies(back, key, signature -> signature.verifyCertification(primary, key))) {
                return true;
            }
        }
        return false;
    }

    private List<PGPSignature> selfMade() {
        Optional<PGPSignature> direct = newest(
                signatures(primary.getSignaturesOfType(PGPSignature.DIRECT_KEY)),
                signature -> signature.verifyCertification(primary));
        return Stream.concat(
                        direct.stream(),
                        own.stream()
                                .sorted(Comparator.comparing(PGPSignature::getCreationTime)
                                        .reversed()))
                .toList();
    }

    private static Optional<String> hindrance(
            PGPPublicKey key, List<PGPSignature> own, String what, boolean signs, Instant signed, Instant asOf) {
        Instant made = key.getCreationTime().toInstant();
        if (own.isEmpty()) {
            return Optional.of(what + " has no signature of its own that verifies");
        }
        if (isRevoked(key)) {
            return Optional.of(what + " is revoked");
        }
        if (signed.isBefore(made) || asOf.isBefore(made)) {
            return Optional.of(what + " was made at " + made + ", after that");
        }
        Optional<Instant> end = end(key, own);
        if (end.filter(at -> !signed.isBefore(at) || !asOf.isBefore(at)).isPresent()) {
            return Optional.of(what + " ended at " + end.get());
        }
        if (signs && !maySign(own)) {
            return Optional.of(what + " is not for signing");
        }
        return isWeak(key)
                ? Optional.of(what + " is weaker than RSA of 2048 bits, or of a kind not accepted")
                : Optional.empty();
    }

    private static boolean isRevoked(PGPPublicKey key) {
        int type = key.isMasterKey() ? PGPSignature.KEY_REVOCATION : PGPSignature.SUBKEY_REVOCATION;
        return key.getSignaturesOfType(type).hasNext();
    }

    /** Said by the first of its signatures that says it, the direct one before those on user ids, as gpg takes it. */
    private static Optional<Instant> end(PGPPublicKey key, List<PGPSignature> own) {
        return own.stream()
                .map(signature -> signature.getHashedSubPackets().getKeyExpirationTime())
                .filter(seconds -> seconds > 0)
                .findFirst()
                .map(seconds -> key.getCreationTime().toInstant().plusSeconds(seconds));
    }

    private static boolean maySign(List<PGPSignature> own) {
        return own.stream()
                .filter(signature -> signature.getHashedSubPackets().hasSubpacket(SignatureSubpacketTags.KEY_FLAGS))
                .findFirst()
                .map(signature -> (signature.getHashedSubPackets().getKeyFlags() & KeyFlags.SIGN_DATA) != 0)
                .orElse(true);
    }

    private static boolean isWeak(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL -> key.getBitStrength() < SHORTEST_RSA;
            case PublicKeyAlgorithmTags.ECDSA,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    PublicKeyAlgorithmTags.Ed25519,
                    PublicKeyAlgorithmTags.Ed448 -> false;
            default -> true;
        };
    }

    private interface Verification {
        boolean of(PGPSignature signature) throws PGPException;
    }

    /** Returns the newest by the primary key that verifies. */
    private Optional<PGPSignature> newest(Stream<PGPSignature> all, Verification verification) {
        return all.filter(signature -> signature.getKeyID() == primary.getKeyID())
                .filter(signature -> verifies(signature, primary, verification))
                .max(Comparator.comparing(PGPSignature::getCreationTime));
    }

    private static boolean verifies(PGPSignature signature, PGPPublicKey by, Verification verification) {
        try {
            if (signature.getHashAlgorithm() == HashAlgorithmTags.MD5) {
                return false;
            }
            DetachedSignature.checkCritical(signature);
            signature.init(new BcPGPContentVerifierBuilderProvider(), by);
            return verification.of(signature);
        } catch (PGPException | BadOpenPgp | RuntimeException e) {
            return false;
        }
    }

    private static Stream<PGPSignature> signatures(Iterator<PGPSignature> all) {
        List<PGPSignature> list = new ArrayList<>();
        if (all != null) {
            all.forEachRemaining(list::add);
        }
        return list.stream();
    }
}
