package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link JGitResolver}. */
public final class JGitResolverBuilder {

    private static final long MIB = 1024L * 1024;
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);
    /** Sockets take milliseconds as an int. */
    private static final Duration LONGEST_IDLE = Duration.ofDays(24);

    private static final Duration CONNECT = Duration.ofSeconds(15);

    private final Path directory;
    private final Map<String, URI> baseUrls = new HashMap<>();
    private final Set<String> httpHosts = new HashSet<>();
    private final Set<String> daemonHosts = new HashSet<>();
    private final List<Path> fileRoots = new ArrayList<>();
    private final List<SshAccess.SshKey> sshKeys = new ArrayList<>();
    private Function<String, Optional<Credentials>> credentials = host -> Optional.empty();
    private Function<String, Optional<Credentials>> proxyCredentials = proxy -> Optional.empty();
    private @Nullable Path knownHosts;
    private @Nullable SSLContext sslContext;
    private @Nullable ProxySelector proxy;
    private Duration idle = Duration.ofSeconds(30);
    /** The part of the cache limit that histories may take beside it. */
    private static final int HISTORY_SHARE = 8;

    private long cacheBytes = 2048 * MIB;
    private long refBytes = 32 * MIB;
    private long packBytes = 512 * MIB;
    private boolean pointers;

    JGitResolverBuilder(Path directory) {
        this.directory = directory;
    }

    /** What is built makes its connections at their first use: from a copy, which nobody changes any more. */
    private JGitResolverBuilder(JGitResolverBuilder of) {
        this(of.directory);
        baseUrls.putAll(of.baseUrls);
        httpHosts.addAll(of.httpHosts);
        daemonHosts.addAll(of.daemonHosts);
        fileRoots.addAll(of.fileRoots);
        sshKeys.addAll(of.sshKeys);
        credentials = of.credentials;
        proxyCredentials = of.proxyCredentials;
        knownHosts = of.knownHosts;
        sslContext = of.sslContext;
        proxy = of.proxy;
        idle = of.idle;
        cacheBytes = of.cacheBytes;
        refBytes = of.refBytes;
        packBytes = of.packBytes;
        pointers = of.pointers;
    }

    /**
     * Gives credentials for HTTP by host: {@code github.com}, {@code git.example.com:8443} (the port stands there
     * unless it is the scheme's own). Asked for each question, so a token may change; sent to that host only, never on
     * to where it redirects.
     */
    public JGitResolverBuilder credentials(Function<String, Optional<Credentials>> byHost) {
        this.credentials = byHost;
        return this;
    }

    /**
     * Says where to reach a host of {@code github}, {@code gitea} or {@code gitlab} sources, instead of
     * {@code https://host}: an enterprise server for {@code github.com}, a mirror, a server below a path. A base URL
     * with {@code http} allows that.
     */
    public JGitResolverBuilder baseUrl(String host, URI base) {
        boolean web = base.getHost() != null && Set.of("http", "https").contains(base.getScheme());
        if (!web || base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw PermanentException.invalid(
                    "base URL of " + host, String.valueOf(base.getHost()), "write http(s)://host[:port][/path]");
        }
        baseUrls.put(host.toLowerCase(Locale.ROOT), base);
        if (base.getScheme().equals("http")) {
            httpHosts.add(GitLocation.host(base));
        }
        return this;
    }

    /** Allows {@code git+http} for a host: {@code git.internal}, {@code git.internal:8080}. */
    public JGitResolverBuilder allowHttp(String host) {
        httpHosts.add(host(host, 80));
        return this;
    }

    /**
     * Allows {@code git://} for a host: {@code git.internal}, {@code git.internal:9419}. Neither end proves who it is,
     * and anybody on the way can read and change what comes: for networks that you trust, or with a trust policy.
     * Always asked directly: no proxy is used.
     */
    public JGitResolverBuilder allowGitProtocol(String host) {
        daemonHosts.add(host(host, 9418));
        return this;
    }

    /** Allows {@code git+file} sources below a directory. Whoever may name sources may then read repositories there. */
    public JGitResolverBuilder allowFiles(Path root) {
        fileRoots.add(root.toAbsolutePath().normalize());
        return this;
    }

    /** Adds a private key without passphrase for {@code git+ssh}; all keys are offered to every such host. */
    public JGitResolverBuilder sshKey(Path file) {
        return sshKey(file, "");
    }

    /** Adds a private key with its passphrase. */
    public JGitResolverBuilder sshKey(Path file, String passphrase) {
        sshKeys.add(new SshAccess.SshKey(file, passphrase));
        return this;
    }

    /**
     * Names the known hosts file for {@code git+ssh}, as OpenSSH writes it; hosts that are not in it are refused. It is
     * read for each connection and never written.
     *
     * <p>A server is accepted by a line with its key for the name that the source uses: plain or hashed, with OpenSSH's
     * patterns. A line for its address does not replace that. A key in a {@code @revoked} line is refused for the name
     * and the address in that line, on each port if the line has none. Stricter than OpenSSH: a line without a port
     * does not count for a port other than 22, and {@code @cert-authority} lines accept nothing.
     */
    public JGitResolverBuilder knownHosts(Path file) {
        this.knownHosts = file;
        return this;
    }

    /** Sets what is trusted over https; the JVM's default otherwise. */
    public JGitResolverBuilder sslContext(SSLContext context) {
        this.sslContext = context;
        return this;
    }

    /**
     * Sets the proxies for HTTP; the JVM's default otherwise. SOCKS proxies are not used, and none for {@code git://}.
     */
    public JGitResolverBuilder proxy(ProxySelector selector) {
        this.proxy = selector;
        return this;
    }

    /**
     * Gives credentials for proxies by {@code host:port}, such as {@code proxy.internal:3128}. Asked for each request;
     * a proxy gets them with the first one, and no server does.
     *
     * <p>For https, Java sends {@link Credentials#basic} to a proxy only where the JVM was started with
     * {@code -Djdk.http.auth.tunneling.disabledSchemes=} (nothing behind the sign). Without that the answer is
     * {@link Reason#UNAUTHORIZED}, and says so.
     */
    public JGitResolverBuilder proxyCredentials(Function<String, Optional<Credentials>> byProxy) {
        this.proxyCredentials = byProxy;
        return this;
    }

    /**
     * Sets the longest silence of a server, before and inside an answer, at least 1 s; 30 s otherwise. More than 24
     * days count as 24. In total each call's deadline counts.
     *
     * <p>Over HTTP the status and all headers of an answer have to come within that time after the request was begun,
     * and one second more for each 16 KiB that the request carries. A server that is silent for longer is
     * {@link Reason#TIMEOUT}, which is transient. On Java 26 and newer the deadline alone bounds that.
     */
    public JGitResolverBuilder idleTimeout(Duration longest) {
        if (longest.compareTo(SHORTEST_IDLE) < 0) {
            throw PermanentException.invalid("idle timeout", longest.toString(), "use 1 s or more; 30 s suits most");
        }
        this.idle = longest.compareTo(LONGEST_IDLE) > 0 ? LONGEST_IDLE : longest;
        return this;
    }

    /** Sets the bytes that the cache may keep, at least 1 MiB; 2 GiB otherwise. What is in use may exceed it. */
    public JGitResolverBuilder cacheLimit(long bytes) {
        this.cacheBytes = atLeastOneMib("cache limit", bytes);
        return this;
    }

    /** Sets the most bytes of one answer that lists refs, at least 1 MiB; 32 MiB otherwise. */
    public JGitResolverBuilder refsLimit(long bytes) {
        this.refBytes = atLeastOneMib("refs limit", bytes);
        return this;
    }

    /** Sets the most bytes of one answer that brings objects, compressed, at least 1 MiB; 512 MiB otherwise. */
    public JGitResolverBuilder fetchLimit(long bytes) {
        this.packBytes = atLeastOneMib("fetch limit", bytes);
        return this;
    }

    /** Delivers Git LFS pointer files as the small text files they are, instead of as special entries. */
    public JGitResolverBuilder deliverLfsPointers() {
        this.pointers = true;
        return this;
    }

    /** Returns the resolver; what is set here later changes others only. Does no I/O. */
    public JGitResolver build() {
        if (!sshKeys.isEmpty() && knownHosts == null) {
            throw PermanentException.invalid("ssh keys", "without known hosts", "give knownHosts as well");
        }
        return new JGitResolver(new JGitResolverBuilder(this));
    }

    SourceForms forms() {
        return new SourceForms(baseUrls);
    }

    GitCache cache() {
        return new GitCache(directory, cacheBytes);
    }

    /** Histories are small and cheap to fetch again. */
    GitCache historyCache() {
        return new GitCache(directory.resolve("history"), cacheBytes / HISTORY_SHARE);
    }

    FileUpstreams files() {
        return new FileUpstreams(fileRoots);
    }

    RemoteAccess.Settings access() {
        return new RemoteAccess.Settings(
                new RemoteAccess.OpenHosts(httpHosts, daemonHosts),
                new Limits(idle, refBytes, packBytes),
                this::http,
                this::ssh);
    }

    boolean pointers() {
        return pointers;
    }

    /** Makes the HTTP client, and with it its thread. */
    private HttpSettings http() {
        HttpClient.Builder client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        if (sslContext != null) {
            client.sslContext(sslContext);
        }
        if (proxy != null) {
            client.proxy(proxy);
        }
        return new HttpSettings(
                client.build(),
                new KnownServers(),
                new HttpSettings.Logins(credentials, proxyCredentials),
                idle,
                refBytes,
                packBytes);
    }

    /** Loads the ssh keys. */
    private SshAccess ssh(GitLocation location) {
        if (knownHosts == null) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    location + " is reached over ssh, for which the resolver has no knownHosts; give them and a key");
        }
        try {
            Path empty = Files.createDirectories(directory.resolve("no-home"));
            return SshAccess.load(List.copyOf(sshKeys), knownHosts, empty);
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.FORBIDDEN, "cannot make " + directory + "/no-home: " + e.getMessage(), e);
        }
    }

    /** Writes a host as {@link GitLocation#host()} does: its scheme's own port is left out. */
    private static String host(String host, int usual) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":0*" + usual + "$", "");
    }

    private static long atLeastOneMib(String what, long bytes) {
        if (bytes < MIB) {
            throw PermanentException.invalid(what, bytes + " bytes", "use 1 MiB (1048576 bytes) or more");
        }
        return bytes;
    }
}
