package dev.holdfast.spi.container;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One container as an engine lists it. Nothing in it can be trusted: whoever may start containers chooses name, image
 * and labels.
 *
 * @param id the engine's id for it, which no other container ever gets
 * @param name its name, without a leading slash
 * @param image the image as whoever made it wrote it
 * @param labels its labels
 * @param status what it does
 * @param exitCode how it ended; only with {@link Status#EXITED} and {@link Status#DEAD}
 * @param ports its ports, in order
 * @param createdAt when it was made, by the engine's clock
 */
public record ContainerSighting(
        String id,
        String name,
        String image,
        Map<String, String> labels,
        Status status,
        OptionalInt exitCode,
        List<ContainerPort> ports,
        Instant createdAt) {

    /** Copies labels and sorts ports; refuses an id, name or image as {@link ContainerFacts} does. */
    public ContainerSighting {
        ContainerFacts.check(id, name, image);
        labels = Map.copyOf(labels);
        ports = ports.stream().sorted().distinct().toList();
        exitCode = status == Status.EXITED || status == Status.DEAD ? exitCode : OptionalInt.empty();
    }

    /** What a container does, in the words that engines share. */
    public enum Status {
        /** Made, never started. */
        CREATED,
        /** Runs. */
        RUNNING,
        /** Has ended and is about to be started again. */
        RESTARTING,
        /** Frozen. */
        PAUSED,
        /** Is being taken away. */
        REMOVING,
        /** Has ended. */
        EXITED,
        /** Has ended, and the engine failed to take it away. */
        DEAD
    }

    /** Returns a running container without labels and ports. */
    public static ContainerSighting running(String id, String name, String image) {
        return new ContainerSighting(
                id, name, image, Map.of(), Status.RUNNING, OptionalInt.empty(), List.of(), Instant.EPOCH);
    }

    /** Returns the same with one more label. */
    public ContainerSighting label(String key, String value) {
        Map<String, String> all = new HashMap<>(labels);
        all.put(key, value);
        return new ContainerSighting(id, name, image, all, status, exitCode, ports, createdAt);
    }

    /** Returns the same with another status. */
    public ContainerSighting status(Status now) {
        return new ContainerSighting(id, name, image, labels, now, OptionalInt.empty(), ports, createdAt);
    }

    /** Returns the same, ended with this code. */
    public ContainerSighting exited(int code) {
        return new ContainerSighting(id, name, image, labels, Status.EXITED, OptionalInt.of(code), ports, createdAt);
    }

    /** Returns the same with other ports. */
    public ContainerSighting ports(List<ContainerPort> all) {
        return new ContainerSighting(id, name, image, labels, status, exitCode, all, createdAt);
    }
}
