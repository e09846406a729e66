package dev.holdfast.spi.container;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What a row takes over from the engine, and all that the reconciler ever writes of an existing row.
 *
 * @param containerId the engine's id: 1 to 128 of letters, digits, {@code . _ -}
 * @param name the container's name, 1 to 255 characters
 * @param image the image as it was asked for, 1 to 500 characters
 * @param state what it does
 * @param exitCode how it ended; only with {@link ContainerState#STOPPED} and {@link ContainerState#FAILED}, and where
 *     known
 * @param ports its ports, in order
 */
public record ContainerFacts(
        String containerId,
        String name,
        String image,
        ContainerState state,
        OptionalInt exitCode,
        List<ContainerPort> ports) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_IMAGE = 500;

    /**
     * Sorts the ports; refuses ids outside the grammar, and names and images that are empty, too long or unprintable.
     */
    public ContainerFacts {
        check(containerId, name, image);
        ports = ports.stream().sorted().distinct().toList();
        exitCode = state == ContainerState.STOPPED || state == ContainerState.FAILED ? exitCode : OptionalInt.empty();
    }

    /** Returns the facts of a container that was made just now: for {@link ContainerIndex#register}. */
    public static ContainerFacts created(String containerId, String name, String image) {
        return new ContainerFacts(containerId, name, image, ContainerState.CREATED, OptionalInt.empty(), List.of());
    }

    /** Returns the same in another state, without an exit code. */
    public ContainerFacts state(ContainerState now) {
        return new ContainerFacts(containerId, name, image, now, OptionalInt.empty(), ports);
    }

    static void check(String containerId, String name, String image) {
        Text.matching(ID, "container id", containerId, "use 1 to 128 letters, digits, '.', '_' or '-'");
        plain("container name", name, LONGEST_NAME);
        plain("container image", image, LONGEST_IMAGE);
    }

    private static void plain(String what, String text, int longest) {
        if (text.isEmpty() || text.length() > longest || !Text.clean(text)) {
            throw PermanentException.invalid(
                    what, text, "use 1 to " + longest + " characters, none of them a control character");
        }
    }
}
