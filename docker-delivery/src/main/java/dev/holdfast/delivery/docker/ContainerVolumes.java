package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The volumes of a container that is made anew: one without a name gets the name that the engine gave it, or the new
 * container would start with an empty one.
 */
final class ContainerVolumes {

    /** Where the engine keeps a volume of its own; a mount that tells no name tells at least this. */
    private static final Pattern KEPT = Pattern.compile(".*/volumes/([^/]+)/_data");

    private ContainerVolumes() {}

    /** Makes the settings of a host configuration name all volumes that the container has. */
    static void keep(JsonNode container, ObjectNode host) {
        List<String> binds = new ArrayList<>(EngineJson.texts(host.path("Binds")));
        Set<String> named = binds.stream()
                .map(bind -> bind.split(":", -1))
                .filter(parts -> parts.length > 1)
                .map(parts -> cleaned(parts[1]))
                .collect(Collectors.toSet());
        Map<String, JsonNode> mounts = new LinkedHashMap<>();
        container.path("Mounts").forEach(mount -> {
            if (mount.path("Type").asText().equals("volume") && !name(mount).isEmpty()) {
                mounts.put(cleaned(mount.path("Destination").asText()), mount);
            }
        });
        host.path("Mounts").forEach(mount -> {
            JsonNode real = mounts.remove(cleaned(mount.path("Target").asText()));
            if (real != null && mount.path("Source").asText().isEmpty()) {
                ((ObjectNode) mount).put("Source", name(real));
            }
        });
        mounts.keySet().removeAll(named);
        // A bind that is no more than a path asks for a volume without a name.
        binds.removeIf(bind -> mounts.containsKey(cleaned(bind)));
        mounts.values()
                .forEach(mount -> binds.add(name(mount) + ":"
                        + mount.path("Destination").asText() + (mount.path("RW").asBoolean(true) ? "" : ":ro")));
        if (!binds.isEmpty()) {
            binds.forEach(host.putArray("Binds")::add);
        }
    }

    /** Returns a path as engines tell it of a mount: {@code /data} for {@code /data/} and {@code /other/../data}. */
    private static String cleaned(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/", -1)) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }

    private static String name(JsonNode mount) {
        String told = mount.path("Name").asText("");
        Matcher kept = KEPT.matcher(mount.path("Source").asText(""));
        return told.isEmpty() && kept.matches() ? kept.group(1) : told;
    }
}
