package dev.holdfast.trust;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The JDK's form of an SSH key, and of what signatures of it look like.
 *
 * @param madeFor what a security key was made for; empty for all others
 */
record SshPublicKey(PublicKey key, String madeFor) {

    static final String ED25519 = "ssh-ed25519";
    static final String ED25519_SK = "sk-ssh-ed25519@openssh.com";
    static final String RSA = "ssh-rsa";
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int ED25519_BYTES = 32;
    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 16_384;
    private static final String ECDSA = "ecdsa-sha2-";

    byte[] application() {
        return madeFor.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what stands behind the type. */
    static SshPublicKey read(String type, SshReader reader) throws BadSignature {
        try {
            if (type.equals(ED25519)) {
                return new SshPublicKey(ed25519(reader.string()), "");
            }
            if (type.equals(ED25519_SK)) {
                PublicKey key = ed25519(reader.string());
                return new SshPublicKey(key, reader.text());
            }
            if (type.equals(RSA)) {
                return new SshPublicKey(rsa(positive(reader), positive(reader)), "");
            }
            if (type.startsWith(ECDSA)) {
                return new SshPublicKey(ecdsa(type.substring(ECDSA.length()), reader), "");
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BadSignature("its key is not a valid " + BadSignature.shown(type) + " key");
        }
        throw new BadSignature("keys of type '" + BadSignature.shown(type) + "' are not accepted; use ssh-ed25519, "
                + "sk-ssh-ed25519@openssh.com, ecdsa-sha2-nistp256, -384, -521, or ssh-rsa");
    }

    private static PublicKey ed25519(byte[] raw) throws GeneralSecurityException {
        if (raw.length != ED25519_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
        }
        byte[] encoded = Arrays.copyOf(ED25519_HEAD, ED25519_HEAD.length + ED25519_BYTES);
        System.arraycopy(raw, 0, encoded, ED25519_HEAD.length, ED25519_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static PublicKey rsa(BigInteger exponent, BigInteger modulus)
            throws GeneralSecurityException, BadSignature {
        if (modulus.bitLength() < SHORTEST_RSA || modulus.bitLength() > LONGEST_RSA) {
            throw new BadSignature("its RSA key has " + modulus.bitLength() + " bits; use one of " + SHORTEST_RSA
                    + " to " + LONGEST_RSA);
        }
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static PublicKey ecdsa(String curve, SshReader reader) throws GeneralSecurityException, BadSignature {
        String name = switch (curve) {
            case "nistp256" -> "secp256r1";
            case "nistp384" -> "secp384r1";
            case "nistp521" -> "secp521r1";
            default -> throw new IllegalArgumentException(curve);
        };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        if (!reader.text().equals(curve)) {
            throw new IllegalArgumentException("two curves");
        }
        ECPoint point = point(reader.string(), spec);
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, spec));
    }

    /** The JDK takes any pair of numbers for a point. */
    private static ECPoint point(byte[] raw, ECParameterSpec spec) {
        int size = bytes(spec);
        if (raw.length != 2 * size + 1 || raw[0] != 4) {
            throw new IllegalArgumentException("not an uncompressed point");
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(raw, 1, 1 + size));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(raw, 1 + size, raw.length));
        BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger right = x.pow(3)
                .add(spec.getCurve().getA().multiply(x))
                .add(spec.getCurve().getB())
                .mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(right)) {
            throw new IllegalArgumentException("not on the curve");
        }
        return new ECPoint(x, y);
    }

    private static int bytes(ECParameterSpec spec) {
        return (spec.getCurve().getField().getFieldSize() + 7) / 8;
    }

    private static BigInteger positive(SshReader reader) throws BadSignature {
        byte[] raw = reader.string();
        BigInteger number = raw.length == 0 ? BigInteger.ZERO : new BigInteger(raw);
        if (number.signum() <= 0) {
            throw new BadSignature("a number in it is not positive");
        }
        return number;
    }

    /** Returns what the JDK calls a signature of that SSH kind. */
    String algorithm(String kind) {
        if (key instanceof ECPublicKey ec) {
            int size = bytes(ec.getParams());
            String hash = size <= 32 ? "SHA256" : size <= 48 ? "SHA384" : "SHA512";
            return hash + "withECDSAinP1363Format";
        }
        if (key instanceof RSAPublicKey) {
            return kind.equals("rsa-sha2-256") ? "SHA256withRSA" : "SHA512withRSA";
        }
        return "Ed25519";
    }

    /** Returns a signature as the JDK wants it. */
    byte[] jdkForm(byte[] raw) throws BadSignature {
        if (key instanceof ECPublicKey ec) {
            SshReader reader = new SshReader(raw);
            int size = bytes(ec.getParams());
            byte[] both = new byte[2 * size];
            place(positive(reader), both, size);
            place(positive(reader), both, 2 * size);
            reader.end();
            return both;
        }
        if (key instanceof RSAPublicKey rsa) {
            byte[] full = new byte[(rsa.getModulus().bitLength() + 7) / 8];
            if (raw.length > full.length) {
                throw new BadSignature("it is longer than its key");
            }
            System.arraycopy(raw, 0, full, full.length - raw.length, raw.length);
            return full;
        }
        return raw;
    }

    private static void place(BigInteger number, byte[] into, int end) throws BadSignature {
        byte[] raw = number.toByteArray();
        int from = raw[0] == 0 ? 1 : 0;
        int length = raw.length - from;
        if (length > into.length / 2) {
            throw new BadSignature("a number in it is too large");
        }
        System.arraycopy(raw, from, into, end - length, length);
    }
}
