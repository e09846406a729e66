package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a known hosts file says may be whom. The server is {@code git.example.com}, at 10.0.0.7. */
final class KnownHostsTest {

    private static final PublicKey OURS = key();
    private static final PublicKey OTHER = key();
    private static final String NAME = "git.example.com";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "git.example.com | 22 | true",
                "GIT.Example.com | 22 | true",
                "other.example.com,git.example.com,10.0.0.7 | 22 | true",
                "*.example.com | 22 | true",
                "git.example.c?m | 22 | true",
                "[git.example.com]:2222 | 2222 | true",
                "[git.example.com]:* | 2222 | true",
                "* | 2222 | true",
                "*,!git.example.com | 22 | false",
                "!git.example.com | 22 | false",
                "10.0.0.7 | 22 | false",
                "[10.0.0.7]:2222 | 2222 | false",
                "git.example.com | 2222 | false",
                "[git.example.com]:2222 | 22 | false",
                "[git.example.com]:2222 | 2223 | false",
                "example.com | 22 | false",
                "git.example.com.evil | 22 | false",
                "*.example | 22 | false",
            })
    void acceptsALineForTheNameAndPortOfTheSource(String names, int port, boolean accepted) throws IOException {
        assertThat(accepts(port, names + " " + text(OURS))).isEqualTo(accepted);
    }

    @Test
    void acceptsHashedNames() throws Exception {
        assertThat(accepts(22, hashed("git.example.com") + " " + text(OURS))).isTrue();
        assertThat(accepts(2222, hashed("[git.example.com]:2222") + " " + text(OURS)))
                .isTrue();
        assertThat(accepts(22, hashed("other.example.com") + " " + text(OURS))).isFalse();
        assertThat(accepts(22, "|1|AAAA| " + text(OURS), "|1|%%|%% " + text(OURS)))
                .isFalse();
    }

    @Test
    void anotherKeyUnderTheNameIsNoReasonToAcceptThisOne() throws IOException {
        assertThat(accepts(22, "git.example.com " + text(OTHER))).isFalse();
        assertThat(accepts(22, "git.example.com " + text(OTHER), "10.0.0.7 " + text(OURS)))
                .isFalse();
        assertThat(accepts(22, "git.example.com " + text(OTHER), "git.example.com " + text(OURS)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git.example.com",
                "*",
                "10.0.0.7",
                "*.example.com",
                "[git.example.com]:2222",
                "[10.0.0.7]:2222",
                "hashed"
            })
    void aRevokedKeyIsRefusedWhereverItsLineStands(String names) throws Exception {
        String revoked = "@revoked " + (names.equals("hashed") ? hashed(NAME) : names) + " " + text(OURS);
        String known = "[git.example.com]:2222 " + text(OURS);

        assertThat(accepts(2222, known)).isTrue();
        assertThat(accepts(2222, known, revoked)).isFalse();
        assertThat(accepts(2222, revoked, known)).isFalse();
        assertThat(new KnownHosts(directory.resolve("known"))
                        .lookup("[git.example.com]:2222", at(2222), configuration()))
                .isEmpty();
    }

    @Test
    void aKeyThatIsRevokedForOthersIsAccepted() throws IOException {
        String known = "git.example.com " + text(OURS);

        assertThat(accepts(22, known, "@revoked other.example.com " + text(OURS), "@revoked * " + text(OTHER)))
                .isTrue();
        assertThat(accepts(22, known, "@revoked [git.example.com]:2222 " + text(OURS)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@cert-authority git.example.com KEY",
                "@unknown git.example.com KEY",
                "# git.example.com KEY",
                "git.example.com",
                "git.example.com ssh-ed25519 !!!!",
                "git.example.com ssh-ed25519",
                "git.example.com 1024 35 12345",
                ""
            })
    void whatIsNoLineForAHostAcceptsNothing(String line) throws IOException {
        assertThat(accepts(22, line.replace("KEY", text(OURS)))).isFalse();
    }

    @Test
    void aKeyUnderTheNameOfAnotherTypeIsNotAccepted() throws IOException {
        assertThat(accepts(22, "git.example.com ssh-ed25519 " + text(OURS).replaceFirst("^\\S+ ", "")))
                .isFalse();
    }

    @Test
    void asksTheServerForTheKeysThatItMayShow() throws IOException {
        accepts(22, "git.example.com " + text(OTHER), "git.example.com " + text(OURS), "x " + text(OURS));

        assertThat(new KnownHosts(directory.resolve("known")).lookup(NAME, at(22), configuration()))
                .containsExactly(OTHER, OURS);
    }

    @Test
    void nobodyIsKnownWhereThereIsNoFile() {
        assertThat(new KnownHosts(directory.resolve("absent")).accept(NAME, at(22), OURS, configuration(), null))
                .isFalse();
    }

    private boolean accepts(int port, String... lines) throws IOException {
        Path file = Files.write(directory.resolve("known"), List.of(lines));
        String address = port == 22 ? NAME : "[" + NAME + "]:" + port;
        return new KnownHosts(file).accept(address, at(port), OURS, configuration(), null);
    }

    private static InetSocketAddress at(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(NAME, new byte[] {10, 0, 0, 7}), port);
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

    /** Nothing of what JGit's own check reads of a user's settings plays a part. */
    private static Configuration configuration() {
        return new Configuration() {
            @Override
            public List<String> getUserKnownHostsFiles() {
                return List.of();
            }

            @Override
            public List<String> getGlobalKnownHostsFiles() {
                return List.of();
            }

            @Override
            public StrictHostKeyChecking getStrictHostKeyChecking() {
                return StrictHostKeyChecking.ACCEPT_ANY;
            }

            @Override
            public boolean getHashKnownHosts() {
                return false;
            }

            @Override
            public @Nullable String getUsername() {
                return null;
            }
        };
    }
}
