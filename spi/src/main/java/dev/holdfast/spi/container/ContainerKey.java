package dev.holdfast.spi.container;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Which container of which workload, on which machine. Each replica of a scaled service and each half of a blue-green
 * pair has a key of its own; a container that is made anew in the same place takes over its predecessor's.
 *
 * @param host the machine, as {@link ContainerRuntime#host} names it: 1 to 128 of letters, digits, {@code . _ : -}
 * @param workload whose it is
 * @param role which part of the workload, such as a compose service: 1 to 255 of letters, digits, {@code . _ : -}
 * @param replica which of those alike: the same grammar
 */
public record ContainerKey(String host, WorkloadId workload, String role, String replica)
        implements Comparable<ContainerKey> {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,254}");
    private static final Comparator<ContainerKey> ORDER = Comparator.comparing(ContainerKey::host)
            .thenComparing(key -> key.workload().value())
            .thenComparing(ContainerKey::role)
            .thenComparing(ContainerKey::replica);

    /** Refuses parts outside their grammars. */
    public ContainerKey {
        Text.matching(HOST, "container host", host, "use 1 to 128 letters, digits, '.', '_', ':' or '-'");
        part("container role", role);
        part("container replica", replica);
    }

    /** Returns the key that {@link #toString} wrote. */
    public static ContainerKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4) {
            throw PermanentException.invalid("container key", text, "write host/workload/role/replica");
        }
        return new ContainerKey(parts[0], WorkloadId.of(parts[1]), parts[2], parts[3]);
    }

    private static void part(String what, String value) {
        Text.matching(PART, what, value, "use 1 to 255 letters, digits, '.', '_', ':' or '-'");
    }

    @Override
    public int compareTo(ContainerKey other) {
        return ORDER.compare(this, other);
    }

    /** Returns it as {@code host/workload/role/replica}. */
    @Override
    public String toString() {
        return host + "/" + workload + "/" + role + "/" + replica;
    }
}
