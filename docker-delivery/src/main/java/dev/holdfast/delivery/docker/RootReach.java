package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Whether root of a container can write where the engine can. An upload is the engine's and all else is root's, so what root may
 * not write must be found before an upload: nobody could remove it again.
 */
enum RootReach {
    /** It can. */
    FULL,
    /** It may not: it has lost the capability for that, or is another user outside of its container. */
    DOUBTFUL,
    /** It may not where the engine runs containers as other users, for the directory is one of the engine's machine. */
    AS_THE_ENGINE_SAYS;

    private static final String CAPABILITY = "DAC_OVERRIDE";
    private static final Set<String> UNMAPPED = Set.of("", "host");

    /**
     * Returns what an engine's description of a container says.
     *
     * @param bound whether the directory is one of the engine's machine
     */
    static RootReach of(JsonNode container, boolean bound) {
        JsonNode host = container.path("HostConfig");
        Set<String> dropped = capabilities(host.path("CapDrop"));
        boolean lost = dropped.contains(CAPABILITY) || dropped.contains("ALL");
        Set<String> added = capabilities(host.path("CapAdd"));
        boolean given = added.contains(CAPABILITY) || added.contains("ALL");
        String namespace = host.path("UsernsMode").asText("");
        if ((lost && !given) || !UNMAPPED.contains(namespace)) {
            return DOUBTFUL;
        }
        return bound && namespace.isEmpty() ? AS_THE_ENGINE_SAYS : FULL;
    }

    private static Set<String> capabilities(JsonNode told) {
        Set<String> names = new HashSet<>();
        told.forEach(name -> names.add(name.asText().toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "")));
        return names;
    }

    /** Returns whether root may be unable to write; asks the engine where that depends on it. */
    boolean isDoubtful(DockerClient client) throws IOException {
        return this == DOUBTFUL || (this == AS_THE_ENGINE_SAYS && EngineAnswer.mapsUsers(client));
    }
}
