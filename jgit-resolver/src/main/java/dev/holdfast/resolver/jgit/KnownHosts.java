package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are who they say: a known hosts file, read anew for each connection, so that a key that is revoked
 * there is refused from then on. Nothing is ever written to it.
 *
 * <p>A key is accepted by a line for the name that the source uses, {@code [name]:port} where the port is not 22. It is
 * refused by a line that revokes it for that name or for the server's address, with this port or without one, wherever
 * that line stands. Lines of certificate authorities accept nothing.
 */
final class KnownHosts implements ServerKeyDatabase {

    private static final int PORT = 22;

    private final Path file;

    KnownHosts(Path file) {
        this.file = file;
    }

    /** Returns the keys that would be accepted: what the server is asked to show. */
    @Override
    public List<PublicKey> lookup(String connectAddress, InetSocketAddress remote, Configuration configuration) {
        List<PublicKey> keys = new ArrayList<>();
        for (KnownHostLine line : lines()) {
            PublicKey key = line.accepts(name(connectAddress)) ? line.publicKey() : null;
            if (key != null && accepts(connectAddress, remote, key)) {
                keys.add(key);
            }
        }
        return keys;
    }

    @Override
    public boolean accept(
            String connectAddress,
            InetSocketAddress remote,
            PublicKey key,
            Configuration configuration,
            @Nullable CredentialsProvider provider) {
        return accepts(connectAddress, remote, key);
    }

    private boolean accepts(String connectAddress, InetSocketAddress remote, PublicKey key) {
        ByteArrayBuffer encoded = new ByteArrayBuffer();
        encoded.putRawPublicKey(key);
        byte[] bytes = encoded.getCompactData();
        List<KnownHostLine> lines =
                lines().stream().filter(line -> line.holds(bytes)).toList();
        Set<String> revocable = revocable(connectAddress, remote);
        return lines.stream().noneMatch(line -> line.revokes(revocable))
                && lines.stream().anyMatch(line -> line.accepts(name(connectAddress)));
    }

    private List<KnownHostLine> lines() {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                    .map(KnownHostLine::parse)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (IOException e) {
            return List.of(); // what cannot be read makes nobody known
        }
    }

    /** Returns the name that a line must hold to accept a key, as OpenSSH writes it. */
    private static String name(String connectAddress) {
        HostPort at = HostPort.parse(connectAddress);
        return at.port() == PORT ? at.host() : at.bracketed();
    }

    private static Set<String> revocable(String connectAddress, InetSocketAddress remote) {
        HostPort at = HostPort.parse(connectAddress);
        Set<String> names = new LinkedHashSet<>(List.of(at.host(), at.bracketed()));
        if (remote.getAddress() != null) {
            HostPort address = new HostPort(remote.getAddress().getHostAddress(), at.port());
            names.add(address.host());
            names.add(address.bracketed());
        }
        return names;
    }

    /** A host and its port, from {@code host}, {@code host:port}, {@code [host]:port} or an IPv6 address. */
    private record HostPort(String host, int port) {

        static HostPort parse(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            int end = lower.indexOf(']');
            if (lower.startsWith("[") && end > 0) {
                boolean ported = lower.startsWith(":", end + 1);
                return new HostPort(lower.substring(1, end), ported ? port(lower.substring(end + 2)) : PORT);
            }
            int colon = lower.indexOf(':');
            return colon < 0 || colon != lower.lastIndexOf(':')
                    ? new HostPort(lower, PORT)
                    : new HostPort(lower.substring(0, colon), port(lower.substring(colon + 1)));
        }

        private static int port(String text) {
            int port = Integer.parseInt(text);
            return port <= 0 ? PORT : port;
        }

        String bracketed() {
            return "[" + host + "]:" + port;
        }
    }
}
