package dev.holdfast.trust.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** One armored block that holds exactly one signature, of a kind that is accepted. */
final class DetachedSignature {

    static final String BEGIN = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";
    private static final int LONGEST = 64 * 1024;

    private static final Set<Integer> HASHES =
            Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

    /** What may be marked as critical: all that is looked at here, and what says nothing about the signature. */
    private static final Set<Integer> KNOWN = Set.of(
            SignatureSubpacketTags.CREATION_TIME,
            SignatureSubpacketTags.EXPIRE_TIME,
            SignatureSubpacketTags.ISSUER_KEY_ID,
            SignatureSubpacketTags.ISSUER_FINGERPRINT,
            SignatureSubpacketTags.SIGNER_USER_ID,
            SignatureSubpacketTags.KEY_FLAGS,
            SignatureSubpacketTags.KEY_EXPIRE_TIME,
            SignatureSubpacketTags.EMBEDDED_SIGNATURE,
            SignatureSubpacketTags.PRIMARY_USER_ID,
            SignatureSubpacketTags.FEATURES);

    private DetachedSignature() {}

    static PGPSignature read(String block) throws BadOpenPgp {
        String text = block.strip();
        if (text.length() > LONGEST) {
            throw new BadOpenPgp("it is longer than " + LONGEST + " characters");
        }
        if (!text.startsWith(BEGIN)
                || !text.endsWith(END)
                || text.indexOf("-----", BEGIN.length()) < text.length() - END.length()) {
            throw new BadOpenPgp("it is not one whole block");
        }
        try (ArmoredInputStream armor =
                new ArmoredInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))) {
            PGPObjectFactory objects = new PGPObjectFactory(armor.readAllBytes(), new BcKeyFingerprintCalculator());
            Object first = objects.nextObject();
            if (first instanceof PGPSignatureList list && list.size() == 1 && objects.nextObject() == null) {
                return accepted(list.get(0));
            }
            throw new BadOpenPgp("it holds something else than one signature");
        } catch (IOException | RuntimeException e) {
            throw new BadOpenPgp("it cannot be read");
        }
    }

    private static PGPSignature accepted(PGPSignature signature) throws BadOpenPgp {
        if (signature.getVersion() != 4 || signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
            throw new BadOpenPgp("it is of version " + signature.getVersion() + " and type "
                    + signature.getSignatureType() + ", and git makes version 4 and type 0");
        }
        if (!HASHES.contains(signature.getHashAlgorithm())) {
            throw new BadOpenPgp("its hash is not one of SHA-256, SHA-384 and SHA-512");
        }
        checkCritical(signature);
        return signature;
    }

    /** What must be understood to believe a signature, and is not, refuses it. */
    static void checkCritical(PGPSignature signature) throws BadOpenPgp {
        for (SignatureSubpacket part : signature.getHashedSubPackets().toArray()) {
            if (part.isCritical() && !KNOWN.contains(part.getType())) {
                throw new BadOpenPgp("it says something of kind " + part.getType() + " that must be understood");
            }
        }
    }

    static PGPSignature[] embedded(PGPSignature signature) {
        try {
            PGPSignatureList hashed = signature.getHashedSubPackets().getEmbeddedSignatures();
            PGPSignatureList other = signature.getUnhashedSubPackets().getEmbeddedSignatures();
            PGPSignature[] all = new PGPSignature[hashed.size() + other.size()];
            Arrays.setAll(all, i -> i < hashed.size() ? hashed.get(i) : other.get(i - hashed.size()));
            return all;
        } catch (PGPException | RuntimeException e) {
            return new PGPSignature[0];
        }
    }
}
