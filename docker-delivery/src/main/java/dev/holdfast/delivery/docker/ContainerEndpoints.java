package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a user has set of a container's networks. */
final class ContainerEndpoints {

    private static final List<String> SETTINGS =
            List.of("IPAMConfig", "Links", "Aliases", "DriverOpts", "GwPriority", "MacAddress");
    private static final Set<String> BRIDGE = Set.of("", "default", "bridge");
    /** What Podman calls the network that Docker calls {@code bridge}. */
    private static final String PODMAN = "podman";

    private ContainerEndpoints() {}

    /** Returns the settings by the network's name, in the engine's order. */
    static Map<String, ObjectNode> of(JsonNode container) {
        Map<String, ObjectNode> networks = new LinkedHashMap<>();
        container
                .path("NetworkSettings")
                .path("Networks")
                .properties()
                .forEach(network -> networks.put(network.getKey(), settings(container, network.getValue())));
        return networks;
    }

    private static ObjectNode settings(JsonNode container, JsonNode network) {
        ObjectNode endpoint = JsonNodeFactory.instance.objectNode();
        for (String setting : SETTINGS) {
            JsonNode value = network.path(setting);
            if (!EngineJson.isNothing(value)) {
                endpoint.set(setting, value.deepCopy());
            }
        }
        if (isMadeUp(network)) {
            endpoint.remove("MacAddress");
        }
        // The engine adds both by itself.
        List<String> added = List.of(
                container.path("Id").asText().substring(0, EngineJson.SHORT_ID),
                container.path("Config").path("Hostname").asText(""));
        List<String> aliases = EngineJson.texts(endpoint.path("Aliases")).stream()
                .filter(alias -> !added.contains(alias))
                .toList();
        endpoint.remove("Aliases");
        if (!aliases.isEmpty()) {
            aliases.forEach(endpoint.putArray("Aliases")::add);
        }
        return endpoint;
    }

    /**
     * Returns whether the engine made up the address of the network card: {@code 02:42} and the IP address, until
     * Docker 28. From then on it is any address, which nothing tells from a user's; it is kept, so that a user's is.
     */
    private static boolean isMadeUp(JsonNode network) {
        StringBuilder address = new StringBuilder("02:42");
        for (String part : network.path("IPAddress").asText("").split("\\.", -1)) {
            address.append(part.matches("\\d{1,3}") ? ":%02x".formatted(Integer.parseInt(part)) : ":?");
        }
        return network.path("MacAddress").asText("").equalsIgnoreCase(address.toString());
    }

    /** Returns the name under which the network of the container's own network mode is told. */
    static String primary(JsonNode container, String mode) {
        JsonNode networks = container.path("NetworkSettings").path("Networks");
        for (var network : networks.properties()) {
            if (network.getValue().path("NetworkID").asText().equals(mode)) {
                return network.getKey();
            }
        }
        if (BRIDGE.contains(mode)) {
            return networks.has(PODMAN) && !networks.has("bridge") ? PODMAN : "bridge";
        }
        return mode;
    }
}
