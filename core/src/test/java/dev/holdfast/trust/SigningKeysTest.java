package dev.holdfast.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningKeysTest {

    private static String pem(String kind, Key key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + kind + " KEY-----\n" + base64 + "\n-----END " + kind + " KEY-----\n";
    }

    private static KeyPair curve(String name) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name));
        return generator.generateKeyPair();
    }

    private static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static void refuses(String text, String why) {
        assertThatThrownBy(() -> SigningKeys.pem(text))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void oneTextMayHoldKeysOfEachKind() throws GeneralSecurityException {
        String ec = pem("PUBLIC", curve("secp256r1").getPublic());
        String edwards = pem(
                "PUBLIC",
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
        String rsa = pem("PUBLIC", rsa(2048).getPublic());

        List<PemKey> keys = SigningKeys.pem("# ours\r\n" + ec.replace("\n", "\r\n") + "\n" + edwards + rsa)
                .all();

        assertThat(keys).extracting(PemKey::algorithm).containsExactly("SHA256withECDSA", "Ed25519", "SHA256withRSA");
    }

    @Test
    void aKeyThatIsWeakOrOfAnotherKindRefusesAll() throws GeneralSecurityException {
        String good = pem("PUBLIC", curve("secp256r1").getPublic());

        refuses(good + pem("PUBLIC", rsa(1024).getPublic()), "fewer than 2048 bits");
        refuses(good + pem("PUBLIC", curve("secp384r1").getPublic()), "another curve than P-256");
        refuses(
                good
                        + pem(
                                "PUBLIC",
                                KeyPairGenerator.getInstance("Ed448")
                                        .generateKeyPair()
                                        .getPublic()),
                "of no kind that is accepted");
    }

    @Test
    void whatIsNoPublicKeyRefusesAllAndAPrivateKeyIsNotShown() throws GeneralSecurityException {
        KeyPair pair = curve("secp256r1");
        String secret = pem("PRIVATE", pair.getPrivate());

        refuses("", "after 0 keys");
        refuses(pem("PUBLIC", pair.getPublic()) + "ssh-ed25519 AAAA", "after 1 keys");
        refuses(pem("PUBLIC", pair.getPublic()) + secret, "which is a private key");
        assertThatThrownBy(() -> SigningKeys.pem(secret)).hasMessageNotContaining(secret.split("\n", -1)[1]);
    }

    @Test
    void aFileIsReadAtEachJudgementAndWithoutItNoSignatureCounts(@TempDir Path directory)
            throws GeneralSecurityException, IOException {
        Path file = directory.resolve("cosign.pub");
        SigningKeys keys = SigningKeys.file(file);
        assertThatThrownBy(keys::all).hasMessageContaining("no signature counts");

        Files.writeString(file, pem("PUBLIC", curve("secp256r1").getPublic()));
        String first = keys.all().get(0).fingerprint();
        Files.writeString(file, pem("PUBLIC", curve("secp256r1").getPublic()));

        assertThat(keys.all()).extracting(PemKey::fingerprint).hasSize(1).doesNotContain(first);
    }

    @Test
    void whatWasSignedIsReadInOneWayOnly() throws BadSignature {
        assertThat(StrictJson.object(bytes(" {\"a\" : [1, -2.5e3, true, null, {\"b\":\"\\u00e4\\n\"}]} ")))
                .containsOnlyKeys("a");
        for (String broken : List.of(
                "",
                "[]",
                "{",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1}x",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":01}",
                "{\"a\":\"\n\"}",
                "{\"a\":nul}",
                "{\"a\":" + "[".repeat(30) + "]".repeat(30) + "}")) {
            assertThatThrownBy(() -> StrictJson.object(bytes(broken)))
                    .as(broken)
                    .isInstanceOf(BadSignature.class);
        }
        assertThatThrownBy(() -> StrictJson.object(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))
                .isInstanceOf(BadSignature.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
