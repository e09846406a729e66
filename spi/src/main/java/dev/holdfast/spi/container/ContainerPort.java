package dev.holdfast.spi.container;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of a container, published on its host or not. Ordered by port, protocol and where it is published, so that a
 * list of them is the same at every look, whatever the engine's order.
 *
 * @param port the container's port, 1 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param published where it is reached on the host; empty if it is not
 */
public record ContainerPort(int port, String protocol, Optional<Published> published)
        implements Comparable<ContainerPort> {

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[?([0-9A-Fa-f.:%a-z]{0,64}?)]?:(\\d{1,5})->)?(\\d{1,5})/([a-z]{1,8})");
    private static final Comparator<ContainerPort> ORDER = Comparator.comparingInt(ContainerPort::port)
            .thenComparing(ContainerPort::protocol)
            .thenComparing(port -> port.published().map(Published::port).orElse(0))
            .thenComparing(port -> port.published().map(Published::address).orElse(""));

    /** Refuses numbers and protocols that are none. */
    public ContainerPort {
        checkPort(port);
        if (!protocol.matches("tcp|udp|sctp")) {
            throw PermanentException.invalid("port protocol", protocol, "use tcp, udp or sctp");
        }
    }

    /**
     * A port of the host.
     *
     * @param address the host's address it is bound to, without brackets; {@code 0.0.0.0} or {@code ::} for all
     * @param port 1 to 65535
     */
    public record Published(String address, int port) {

        private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:%a-z]{1,64}");

        /** Refuses what is no address, and numbers that are no port. */
        public Published {
            Text.matching(ADDRESS, "port address", address, "use an IP address");
            checkPort(port);
        }
    }

    /** Returns a port that is not published. */
    public static ContainerPort inside(int port, String protocol) {
        return new ContainerPort(port, protocol, Optional.empty());
    }

    /** Returns the port that {@link #toString} wrote. */
    public static ContainerPort parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw PermanentException.invalid("port", text, "write 80/tcp or 127.0.0.1:8080->80/tcp");
        }
        Optional<Published> published =
                Optional.ofNullable(parts.group(2)).map(port -> new Published(parts.group(1), Integer.parseInt(port)));
        return new ContainerPort(Integer.parseInt(parts.group(3)), parts.group(4), published);
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65_535) {
            throw PermanentException.invalid("port", Integer.toString(port), "use 1 to 65535");
        }
    }

    @Override
    public int compareTo(ContainerPort other) {
        return ORDER.compare(this, other);
    }

    /** Returns it as {@code 127.0.0.1:8080->80/tcp}, {@code [::1]:8080->80/tcp} or {@code 80/tcp}. */
    @Override
    public String toString() {
        String inside = port + "/" + protocol;
        return published
                .map(on -> (on.address().contains(":") ? "[" + on.address() + "]" : on.address()) + ":" + on.port()
                        + "->" + inside)
                .orElse(inside);
    }
}
