package dev.holdfast.delivery.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The hosts that are who they say, by lines of a known hosts file: read anew for each connection, so that a key that is
 * revoked there is refused from then on.
 *
 * <p>A key is accepted by a line for the name that the address uses, {@code [name]:port} where the port is not 22. It
 * is refused by a line that revokes it for that name or for the host's address, with this port or without one, wherever
 * that line stands. Lines of certificate authorities accept nothing.
 *
 * @param lines what is known now
 */
record KnownHosts(Supplier<List<String>> lines) {

    /** Returns those of a file; what cannot be read makes nobody known. */
    static KnownHosts of(Path file) {
        return new KnownHosts(() -> {
            try {
                return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                return List.of();
            }
        });
    }

    boolean accepts(SshAddress address, SocketAddress remote, PublicKey key) {
        ByteArrayBuffer encoded = new ByteArrayBuffer();
        encoded.putRawPublicKey(key);
        byte[] bytes = encoded.getCompactData();
        List<KnownHostLine> lines =
                parsed().stream().filter(line -> line.holds(bytes)).toList();
        Set<String> revocable = revocable(address, remote);
        return lines.stream().noneMatch(line -> line.revokes(revocable))
                && lines.stream().anyMatch(line -> line.accepts(name(address)));
    }

    /** Returns the types of the keys that a host may show: what it is asked for first. */
    Set<String> types(SshAddress address) {
        return parsed().stream()
                .filter(line -> line.accepts(name(address)))
                .map(KnownHostLine::type)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<KnownHostLine> parsed() {
        return new ArrayList<>(lines.get())
                .stream().map(KnownHostLine::parse).filter(Objects::nonNull).toList();
    }

    /** Returns the name that a line must hold to accept a key, as OpenSSH writes it. */
    private static String name(SshAddress address) {
        String host = address.host().toLowerCase(Locale.ROOT);
        return address.port() == SshConstants.DEFAULT_PORT ? host : bracketed(host, address.port());
    }

    private static Set<String> revocable(SshAddress address, SocketAddress remote) {
        String host = address.host().toLowerCase(Locale.ROOT);
        Set<String> names = new LinkedHashSet<>(List.of(host, bracketed(host, address.port())));
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String number = inet.getAddress().getHostAddress();
            names.add(number);
            names.add(bracketed(number, address.port()));
        }
        return names;
    }

    private static String bracketed(String host, int port) {
        return "[" + host + "]:" + port;
    }
}
