package dev.holdfast.contracts.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for the loopback address that nobody else has.
 *
 * @param trusting what trusts that certificate alone
 */
record TlsIdentity(SSLContext trusting) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Makes both, and writes them where {@link #nginx} says. */
    static TlsIdentity make(Path directory) {
        try {
            Path file = directory.resolve("identity.p12");
            run(file);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD);
            }
            write(
                    directory.resolve("key.pem"),
                    "PRIVATE KEY",
                    keys.getKey("server", PASSWORD).getEncoded());
            write(
                    directory.resolve("cert.pem"),
                    "CERTIFICATE",
                    keys.getCertificate("server").getEncoded());
            return new TlsIdentity(trusting(keys));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    /** Returns the lines of a server that shows it. */
    static String nginx(Path directory) {
        return "ssl_certificate " + directory.resolve("cert.pem") + "; ssl_certificate_key "
                + directory.resolve("key.pem") + ";";
    }

    /** The one beside the Java that runs this. */
    private static Path keytool() {
        return ProcessHandle.current()
                .info()
                .command()
                .map(java -> Path.of(java).resolveSibling("keytool"))
                .orElse(Path.of("keytool"));
    }

    private static void run(Path file) throws IOException {
        String arguments = "-genkeypair -alias server -keyalg EC -dname CN=test -ext san=ip:127.0.0.1"
                + " -storetype PKCS12 -storepass " + new String(PASSWORD) + " -keystore";
        ProcessBuilder builder = new ProcessBuilder(keytool().toString());
        builder.command().addAll(java.util.List.of(arguments.split(" ", -1)));
        builder.command().add(file.toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in keytool", e);
        }
    }

    private static void write(Path file, String what, byte[] encoded) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }

    private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
