package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How to make a container anew: what the user set, and nothing that its image had set, so that a newer image sets that
 * itself. Works on the engine's JSON, so that what this code has never heard of stays too.
 *
 * <p>A user's value that equals the old image's cannot be told from the image's and follows the image from now on.
 *
 * @param body for {@code POST /containers/create}
 * @param networks to connect before the start, by name: engines before API 1.44 take only one when a container is made
 * @param platform what to ask for beside the name, as {@link EngineApi#asking} says
 */
record ContainerSpec(ObjectNode body, Map<String, ObjectNode> networks, String platform) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String RLIMIT = "RLIMIT_";
    private static final List<String> PLAIN_SETTINGS =
            List.of("WorkingDir", "User", "StopSignal", "StopTimeout", "Shell", "ArgsEscaped", "OnBuild");
    /** What Podman notes of each container by itself, some of it from the image. */
    private static final List<String> NOTES_OF_PODMAN =
            List.of("io.container.manager", "org.opencontainers.image.stopSignal", "org.systemd.property.KillSignal");

    /** Settings of a host name and of ports, which who shares another container's network does not have. */
    private static final List<String> OWN_NETWORK_SETTINGS = List.of("Hostname", "Domainname", "ExposedPorts");

    /**
     * Returns it.
     *
     * @param container the engine's description of the container
     * @param image the engine's description of the image that it was made of
     * @param machine the host name of the engine's machine, which a container in that machine's network gets if its
     *     user sets none
     */
    static ContainerSpec of(JsonNode container, JsonNode image, String machine) {
        ObjectNode body = container.path("Config").deepCopy();
        ObjectNode host = container.path("HostConfig").deepCopy();
        subtract(body, host, image.path("Config"));
        String mode = host.path("NetworkMode").asText();
        boolean shares = mode.startsWith("container:");
        boolean ownNetwork = !mode.equals("host") && !shares;
        if (shares) {
            body.remove(OWN_NETWORK_SETTINGS);
        }
        if (!ownNetwork) {
            body.remove("MacAddress");
            host.remove("PortBindings");
        }
        hostname(container, body, host, ownNetwork ? "" : machine);
        host.remove("ContainerIDFile");
        links(host);
        ulimits(host);
        ContainerVolumes.keep(container, host);
        Map<String, ObjectNode> networks = ownNetwork ? ContainerEndpoints.of(container) : Map.of();
        Map<String, ObjectNode> later = new LinkedHashMap<>(networks);
        String primary = ContainerEndpoints.primary(container, mode);
        if (networks.containsKey(primary)) {
            later.remove(primary);
            ObjectNode endpoints = NODES.objectNode();
            endpoints.set(primary, networks.get(primary));
            body.putObject("NetworkingConfig").set("EndpointsConfig", endpoints);
        }
        body.set("HostConfig", host);
        return new ContainerSpec(body, later, "");
    }

    /**
     * Leaves out what Podman tells of every container: its own notes, and how willingly memory is swapped, which it
     * takes from none where control groups are of version 2.
     */
    ContainerSpec forPodman() {
        ObjectNode copy = body.deepCopy();
        if (copy.path("HostConfig").path("Annotations") instanceof ObjectNode notes) {
            notes.remove(NOTES_OF_PODMAN);
        }
        if (copy.path("HostConfig") instanceof ObjectNode host
                && host.path("MemorySwappiness").asInt(-1) == 0) {
            host.remove("MemorySwappiness");
        }
        return new ContainerSpec(copy, networks, platform);
    }

    /**
     * Returns one that is connected to all its networks as it is made, for engines that can: what is connected later
     * loses the address of its network card there.
     */
    ContainerSpec connectedAtOnce() {
        if (networks.isEmpty()) {
            return this;
        }
        ObjectNode copy = body.deepCopy();
        ObjectNode endpoints = copy.withObject("/NetworkingConfig/EndpointsConfig");
        networks.forEach(endpoints::set);
        return new ContainerSpec(copy, Map.of(), platform);
    }

    /** Returns one for a platform that is not the engine's own: a tag alone is taken for the own one. */
    ContainerSpec on(String other) {
        return new ContainerSpec(body, networks, other);
    }

    ContainerSpec labelled(Map<String, String> labels) {
        ObjectNode copy = body.deepCopy();
        ObjectNode all = copy.path("Labels") instanceof ObjectNode known ? known : copy.putObject("Labels");
        labels.forEach(all::put);
        return new ContainerSpec(copy, networks, platform);
    }

    /** The engine fills in the short id, or the name of the machine; in the machine's UTS namespace it takes none. */
    private static void hostname(JsonNode container, ObjectNode body, ObjectNode host, String machine) {
        String name = body.path("Hostname").asText();
        String shortId = container.path("Id").asText().substring(0, EngineJson.SHORT_ID);
        if (name.equals(shortId)
                || name.equals(machine)
                || host.path("UTSMode").asText().equals("host")) {
            body.remove("Hostname");
        }
    }

    /** A port that a user publishes is the user's, whatever an image exposes: an engine publishes no other. */
    private static void exposed(ObjectNode ports, JsonNode bindings, JsonNode image) {
        image.fieldNames().forEachRemaining(port -> {
            if (EngineJson.isNothing(bindings.path(port))) {
                ports.remove(port);
            }
        });
    }

    private static void subtract(ObjectNode config, ObjectNode host, JsonNode image) {
        Set<String> inherited = new HashSet<>(EngineJson.texts(image.path("Env")));
        ArrayNode environment = NODES.arrayNode();
        EngineJson.texts(config.path("Env")).stream()
                .filter(pair -> !inherited.contains(pair))
                .forEach(environment::add);
        config.set("Env", environment);
        if (config.path("Labels") instanceof ObjectNode labels) {
            image.path("Labels").properties().forEach(label -> {
                if (label.getValue().equals(labels.get(label.getKey()))) {
                    labels.remove(label.getKey());
                }
            });
            labels.remove(RefreshNames.LABELS);
        }
        if (config.path("ExposedPorts") instanceof ObjectNode ports) {
            exposed(ports, host.path("PortBindings"), image.path("ExposedPorts"));
        }
        if (config.path("Volumes") instanceof ObjectNode volumes) {
            image.path("Volumes").fieldNames().forEachRemaining(volumes::remove);
        }
        for (String name : PLAIN_SETTINGS) {
            if (same(config.path(name), image.path(name))) {
                config.remove(name);
            }
        }
        healthCheck(config, image.path("Healthcheck"));
        command(config, image);
    }

    /** The engine fills in, one by one, what the user's health check leaves out; so it is taken out one by one. */
    private static void healthCheck(ObjectNode config, JsonNode image) {
        if (config.path("Healthcheck") instanceof ObjectNode check) {
            image.properties().forEach(setting -> {
                if (setting.getValue().equals(check.get(setting.getKey()))) {
                    check.remove(setting.getKey());
                }
            });
            if (check.isEmpty()) {
                config.remove("Healthcheck");
            }
        }
    }

    /**
     * An entrypoint of its own keeps the image's command away, so the command is the image's only beside its
     * entrypoint.
     */
    private static void command(ObjectNode config, JsonNode image) {
        boolean noCommand = config.path("Cmd").isEmpty() && !image.path("Cmd").isEmpty();
        if (!same(config.path("Entrypoint"), image.path("Entrypoint")) || noCommand) {
            return;
        }
        config.remove("Entrypoint");
        if (same(config.path("Cmd"), image.path("Cmd"))) {
            config.remove("Cmd");
        }
    }

    /** Absent, null and empty mean the same to the engine. */
    private static boolean same(JsonNode one, JsonNode other) {
        return one.equals(other) || (EngineJson.isNothing(one) && EngineJson.isNothing(other));
    }

    /** Podman tells {@code RLIMIT_NOFILE} and wants {@code nofile}, as Docker does. */
    private static void ulimits(ObjectNode host) {
        for (JsonNode limit : host.path("Ulimits")) {
            String name = limit.path("Name").asText("");
            if (limit instanceof ObjectNode told && name.startsWith(RLIMIT)) {
                told.put("Name", name.substring(RLIMIT.length()).toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The engine tells {@code /other:/own/alias} and wants {@code /other:alias}. */
    private static void links(ObjectNode host) {
        List<String> told = EngineJson.texts(host.path("Links"));
        if (!told.isEmpty()) {
            ArrayNode links = host.putArray("Links");
            for (String link : told) {
                int colon = link.indexOf(':');
                links.add(link.substring(0, colon + 1) + link.substring(link.lastIndexOf('/') + 1));
            }
        }
    }
}
