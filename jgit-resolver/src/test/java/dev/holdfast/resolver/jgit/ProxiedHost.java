package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A host in a JVM of its own: fetches over https through a proxy that wants a login. */
final class ProxiedHost {

    private ProxiedHost() {}

    /** Arguments: an empty directory; the host, port, user and password of a proxy, or else it starts one. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        Credentials login = args.length < 5 ? Credentials.basic("me", "secret") : Credentials.basic(args[3], args[4]);
        try (GitHttpServer server = GitHttpServer.startWithTls(directory.resolve("server"));
                LoginProxy own = LoginProxy.start(login)) {
            InetSocketAddress proxy = InetSocketAddress.createUnresolved(
                    "127.0.0.1", args.length < 5 ? own.port() : Integer.parseInt(args[2]));
            GitRepository repository = server.repository("acme/greeter");
            Revision revision = repository.commit(Map.of("a", "1"));
            try (JGitResolver resolver = JGitResolver.builder(directory.resolve("cache"))
                    .proxy(ProxySelector.of(proxy))
                    .proxyCredentials(
                            at -> at.equals("127.0.0.1:" + proxy.getPort()) ? Optional.of(login) : Optional.empty())
                    .sslContext(server.sslContext())
                    .build()) {
                System.out.println(BundleContent.of(
                        resolver.fetch(repository.source(), revision, Deadline.after(Duration.ofMinutes(1)))));
                System.out.println("inside the tunnel " + inside(resolver, directory.resolve("server/identity.p12")));
            } catch (HoldfastException e) {
                System.out.println(e.reason() + " " + e.getMessage());
            }
            System.out.println(own.requests());
        }
        // The threads of the servers go on to read what kept connections may bring.
        System.exit(0);
    }

    /** Returns the names of the headers that another server with the same certificate gets. */
    private static Set<String> inside(JGitResolver resolver, Path identity) throws IOException {
        try (RawServer server =
                new RawServer(sockets(identity), (request, exchange) -> exchange.respond(404, "", ""))) {
            try {
                resolver.resolve(
                        resolver.upstream(Source.parse("git+https://" + server.host() + "/x.git")),
                        Set.of(TrackedRef.ref("HEAD")),
                        Deadline.after(Duration.ofMinutes(1)));
            } catch (HoldfastException e) {
                return server.requests().get(0).headers().keySet();
            }
            return Set.of();
        }
    }

    private static ServerSocketFactory sockets(Path identity) throws IOException {
        try (InputStream in = Files.newInputStream(identity)) {
            char[] password = "changeit".toCharArray();
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context.getServerSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
