package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a known hosts file says may be whom. The host is {@code ws.example.com}, at 10.0.0.7. */
final class KnownHostsTest {

    private static final PublicKey OURS = key();
    private static final PublicKey OTHER = key();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ws.example.com | 22 | true",
                "WS.Example.com | 22 | true",
                "other.example.com,ws.example.com,10.0.0.7 | 22 | true",
                "*.example.com | 22 | true",
                "ws.example.c?m | 22 | true",
                "[ws.example.com]:2222 | 2222 | true",
                "[ws.example.com]:* | 2222 | true",
                "*,!ws.example.com | 22 | false",
                "10.0.0.7 | 22 | false",
                "[10.0.0.7]:2222 | 2222 | false",
                "ws.example.com | 2222 | false",
                "[ws.example.com]:2222 | 22 | false",
                "[ws.example.com]:2222 | 2223 | false",
                "example.com | 22 | false",
                "ws.example.com.evil | 22 | false",
            })
    void aHostIsKnownByALineForItsNameAndPort(String names, int port, boolean accepted) {
        assertThat(accepts(port, names + " " + text(OURS))).isEqualTo(accepted);
    }

    @Test
    void hashedNamesCount() throws GeneralSecurityException {
        assertThat(accepts(22, hashed("ws.example.com") + " " + text(OURS))).isTrue();
        assertThat(accepts(2222, hashed("[ws.example.com]:2222") + " " + text(OURS)))
                .isTrue();
        assertThat(accepts(22, hashed("other.example.com") + " " + text(OURS))).isFalse();
    }

    @Test
    void anotherKeyUnderTheNameIsNoReasonToAcceptThisOne() {
        assertThat(accepts(22, "ws.example.com " + text(OTHER), "10.0.0.7 " + text(OURS)))
                .isFalse();
        assertThat(accepts(22, "ws.example.com " + text(OTHER), "ws.example.com " + text(OURS)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws.example.com", "*", "10.0.0.7", "[ws.example.com]:2222", "[10.0.0.7]:2222", "hashed"})
    void aRevokedKeyIsRefusedWhereverItsLineStands(String names) throws GeneralSecurityException {
        String revoked = "@revoked " + (names.equals("hashed") ? hashed("ws.example.com") : names) + " " + text(OURS);
        String known = "[ws.example.com]:2222 " + text(OURS);

        assertThat(accepts(2222, known)).isTrue();
        assertThat(accepts(2222, known, revoked)).isFalse();
        assertThat(accepts(2222, revoked, known)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@cert-authority ws.example.com KEY",
                "# ws.example.com KEY",
                "ws.example.com",
                "ws.example.com ssh-ed25519 !!!!",
                "ws.example.com ssh-ed25519",
                ""
            })
    void whatIsNoLineForAHostAcceptsNothing(String line) {
        assertThat(accepts(22, line.replace("KEY", text(OURS)))).isFalse();
    }

    @Test
    void theTypesOfTheKnownKeysAreAskedFor() {
        KnownHosts hosts = new KnownHosts(() -> List.of("ws.example.com " + text(OURS), "x ssh-ed25519 AAAA"));

        assertThat(hosts.types(new SshAddress("me", "ws.example.com", 22))).containsExactly("ssh-rsa");
        assertThat(hosts.types(new SshAddress("me", "ws.example.com", 2222))).isEmpty();
    }

    @Test
    void nobodyIsKnownWhereThereIsNoFile() {
        KnownHosts hosts = KnownHosts.of(Path.of("/nowhere/known_hosts"));

        assertThat(hosts.accepts(new SshAddress("me", "ws.example.com", 22), at(22), OURS))
                .isFalse();
    }

    private static boolean accepts(int port, String... lines) {
        return new KnownHosts(() -> List.of(lines))
                .accepts(new SshAddress("me", "ws.example.com", port), at(port), OURS);
    }

    private static InetSocketAddress at(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress("ws.example.com", new byte[] {10, 0, 0, 7}), port);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublicKey key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(PublicKey key) {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return "ssh-rsa " + Base64.getEncoder().encodeToString(buffer.getCompactData());
    }

    private static String hashed(String name) throws GeneralSecurityException {
        byte[] salt = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(salt, "HmacSHA1"));
        Base64.Encoder base64 = Base64.getEncoder();
        return "|1|" + base64.encodeToString(salt) + "|"
                + base64.encodeToString(mac.doFinal(name.getBytes(StandardCharsets.US_ASCII)));
    }
}
