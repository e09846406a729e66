package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What changes when the server is reached over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class TlsServerTest {

    private static final TrackedRef TAG = TrackedRef.tag("v1");
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path directory;

    private SSLContext own;

    @BeforeAll
    void makeCertificate(@TempDir Path keys) throws Exception {
        Path store = keys.resolve("store.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        int exit = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
        own = context(store);
    }

    @Test
    void asksASecondTimeOverTheSameConnection() throws IOException {
        try (RawServer server = new RawServer(own.getServerSocketFactory(), TlsServerTest::empty);
                JGitResolver resolver = builder().sslContext(own).build()) {
            resolve(resolver, "git+https://" + server.host() + "/x.git");
            resolve(resolver, "git+https://" + server.host() + "/y.git");

            assertThat(server.requests()).hasSize(4);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void refusesACertificateThatNobodyTrusts() throws IOException {
        try (RawServer server = new RawServer(own.getServerSocketFactory(), TlsServerTest::empty);
                JGitResolver resolver = builder().build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class, () -> resolve(resolver, "git+https://" + server.host() + "/x.git"));

            assertThat(failure).isInstanceOf(PermanentException.class).hasMessageContaining("sslContext");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void followsTheStepToHttpsWithoutTheCredentials() throws IOException {
        try (RawServer secure = new RawServer(own.getServerSocketFactory(), TlsServerTest::empty);
                RawServer plain = new RawServer((request, exchange) ->
                        exchange.respond(301, "Location: https://" + secure.host() + request.path() + "\r\n", ""));
                JGitResolver resolver =
                        builder().allowHttp(plain.host()).sslContext(own).build()) {
            resolve(resolver, "git+http://" + plain.host() + "/x.git");

            assertThat(plain.requests()).allMatch(r -> r.headers().containsKey("authorization"));
            assertThat(secure.requests()).hasSize(2).noneMatch(r -> r.headers().containsKey("authorization"));
        }
    }

    @Test
    void neverFollowsTheStepBackToHttp() throws IOException {
        try (RawServer plain = new RawServer(TlsServerTest::empty);
                RawServer secure = new RawServer(
                        own.getServerSocketFactory(),
                        (request, exchange) -> exchange.respond(
                                301, "Location: http://" + plain.host() + request.path() + "\r\n", ""));
                JGitResolver resolver =
                        builder().allowHttp(plain.host()).sslContext(own).build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class, () -> resolve(resolver, "git+https://" + secure.host() + "/x.git"));

            assertThat(failure).hasMessageContaining("never a step back from https");
            assertThat(plain.requests()).isEmpty();
        }
    }

    private JGitResolverBuilder builder() {
        return JGitResolver.builder(directory).credentials(host -> Optional.of(Credentials.bearer("t0ken")));
    }

    private static Map<TrackedRef, Resolution> resolve(JGitResolver resolver, String source) {
        return resolver.resolve(
                resolver.upstream(Source.parse(source)), Set.of(TAG), Deadline.after(Duration.ofSeconds(20)));
    }

    private static void empty(RawServer.Request request, RawServer.Exchange exchange) throws IOException {
        if (request.line().startsWith("GET")) {
            exchange.advertise(RawServer.capabilities());
        } else {
            exchange.respond(200, "Content-Type: application/x-git-upload-pack-result\r\n", "0000");
        }
    }

    private static SSLContext context(Path store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
