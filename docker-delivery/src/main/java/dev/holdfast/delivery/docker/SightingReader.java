package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.Container;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerPort;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.ContainerSighting.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From the engine's list to sightings. What the list leaves out or writes oddly is made up for here: one odd container
 * must not keep all others from being seen.
 */
final class SightingReader {

    /** As the engine writes it for people, in every version and in Podman: {@code Exited (137) 5 minutes ago}. */
    private static final Pattern EXITED = Pattern.compile("Exited \\((\\d{1,3})\\).*");

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_IMAGE = 500;
    private static final int SHORT_ID = 12;

    /**
     * How containers ended whose list entry does not say so; they never end otherwise unless they are started again.
     */
    private final Map<String, OptionalInt> inspected = new ConcurrentHashMap<>();

    ContainerSighting read(Container container, Function<String, JsonNode> inspect) {
        String id = container.getId();
        Status status = status(String.valueOf(container.getState()));
        boolean ended = status == Status.EXITED || status == Status.DEAD;
        return new ContainerSighting(
                id,
                name(container),
                printable(container.getImage(), LONGEST_IMAGE).orElse("unknown"),
                labels(container),
                status,
                ended ? exitCode(container, inspect) : OptionalInt.empty(),
                ports(container),
                Instant.ofEpochSecond(
                        Optional.ofNullable(container.getCreated()).orElse(0L)));
    }

    /** Forgets what is known of containers that are gone or run. */
    void keep(List<ContainerSighting> all) {
        Set<String> ended = new HashSet<>();
        for (ContainerSighting one : all) {
            if (one.status() == Status.EXITED || one.status() == Status.DEAD) {
                ended.add(one.id());
            }
        }
        inspected.keySet().retainAll(ended);
    }

    private OptionalInt exitCode(Container container, Function<String, JsonNode> inspect) {
        Matcher said = EXITED.matcher(String.valueOf(container.getStatus()));
        return said.matches()
                ? OptionalInt.of(Integer.parseInt(said.group(1)))
                : inspected.computeIfAbsent(container.getId(), id -> inspected(id, inspect));
    }

    private static OptionalInt inspected(String id, Function<String, JsonNode> inspect) {
        try {
            JsonNode code = inspect.apply(id).path("State").path("ExitCode");
            return code.isNumber() ? OptionalInt.of(code.asInt()) : OptionalInt.empty();
        } catch (HoldfastException e) {
            if (e.reason() == Reason.TARGET_NOT_FOUND) {
                // Gone since the list was made; the next list says so.
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    private static Status status(String state) {
        return switch (state.toLowerCase(Locale.ROOT)) {
            case "running" -> Status.RUNNING;
            case "restarting" -> Status.RESTARTING;
            case "paused" -> Status.PAUSED;
            case "removing", "stopping" -> Status.REMOVING;
            case "exited", "stopped" -> Status.EXITED;
            case "dead" -> Status.DEAD;
            default -> Status.CREATED;
        };
    }

    /** A container that is being removed may have lost its name; one that is linked to has more than one. */
    private static String name(Container container) {
        String shortest = null;
        for (String name : Optional.ofNullable(container.getNames()).orElse(new String[0])) {
            if (shortest == null || name.length() < shortest.length()) {
                shortest = name;
            }
        }
        String id = container.getId();
        return printable(shortest == null ? null : shortest.replaceFirst("^/", ""), LONGEST_NAME)
                .orElse(id.substring(0, Math.min(id.length(), SHORT_ID)));
    }

    private static Map<String, String> labels(Container container) {
        Map<String, String> labels = new HashMap<>();
        Optional.ofNullable(container.getLabels()).orElse(Map.of()).forEach((key, value) -> {
            if (key != null && value != null) {
                labels.put(key, value);
            }
        });
        return labels;
    }

    private static List<ContainerPort> ports(Container container) {
        List<ContainerPort> ports = new ArrayList<>();
        for (var port : Optional.ofNullable(container.getPorts())
                .orElse(new com.github.dockerjava.api.model.ContainerPort[0])) {
            try {
                Integer outside = port.getPublicPort();
                Optional<ContainerPort.Published> published = outside == null
                        ? Optional.empty()
                        : Optional.of(new ContainerPort.Published(
                                printable(port.getIp(), LONGEST_NAME).orElse("0.0.0.0"), outside));
                ports.add(new ContainerPort(port.getPrivatePort(), String.valueOf(port.getType()), published));
            } catch (HoldfastException | NullPointerException e) {
                // A protocol or address that we do not know: the container counts, that port does not.
            }
        }
        return ports;
    }

    private static Optional<String> printable(@Nullable String text, int longest) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String head = text.length() > longest ? text.substring(0, longest) : text;
        return Optional.of(head.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?"));
    }
}
