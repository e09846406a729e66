package dev.holdfast.trust;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key in PEM, and the check of a signature as cosign makes it: ECDSA with SHA-256 in DER, Ed25519, or RSA with
 * SHA-256 and the padding of PKCS #1 v1.5.
 */
record PemKey(PublicKey key, String algorithm, String fingerprint) {

    private static final int SHORTEST_RSA = 2048;
    private static final int MOST = 100;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN PUBLIC KEY-----\\s*([A-Za-z0-9+/=\\s]{1,16000})-----END PUBLIC KEY-----\\s*");

    /** Returns every key of a text that holds nothing else. */
    static List<PemKey> all(String text) throws BadSignature {
        String blocks = text.replaceAll("(?m)^#.*$", "").strip();
        Matcher matcher = BLOCK.matcher(blocks);
        List<PemKey> keys = new ArrayList<>();
        int end = 0;
        while (end < blocks.length() && matcher.find(end) && matcher.start() == end && keys.size() < MOST) {
            keys.add(of(matcher.group(1)));
            end = matcher.end();
        }
        if (keys.isEmpty() || end < blocks.length()) {
            throw new BadSignature("after " + keys.size() + " keys it holds something else than a PUBLIC KEY in PEM"
                    + (text.contains("PRIVATE KEY") ? ", which is a private key; remove that" : ""));
        }
        return List.copyOf(keys);
    }

    private static PemKey of(String base64) throws BadSignature {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadSignature("a key in it is no base64");
        }
        for (String kind : List.of("EC", "Ed25519", "RSA")) {
            try {
                PublicKey key = KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
                return new PemKey(key, algorithm(key), SshKey.fingerprint(key.getEncoded()));
            } catch (GeneralSecurityException e) {
                // It is of another kind.
            }
        }
        throw new BadSignature("a key in it is of no kind that is accepted: ECDSA on P-256, Ed25519 and RSA are");
    }

    private static String algorithm(PublicKey key) throws BadSignature, GeneralSecurityException {
        if (key instanceof RSAPublicKey rsa) {
            if (rsa.getModulus().bitLength() < SHORTEST_RSA) {
                throw new BadSignature("an RSA key in it has fewer than " + SHORTEST_RSA + " bits");
            }
            return "SHA256withRSA";
        }
        if (key instanceof ECPublicKey ec) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            if (!ec.getParams().getCurve().equals(curve.getCurve())
                    || !ec.getParams().getOrder().equals(curve.getOrder())) {
                throw new BadSignature("an ECDSA key in it is on another curve than P-256");
            }
            return "SHA256withECDSA";
        }
        if (key instanceof EdECPublicKey) {
            return "Ed25519";
        }
        throw new BadSignature("a key in it is of no kind that is accepted");
    }

    boolean made(byte[] signature, byte[] message) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
