package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Whether root of a container can write where the engine can. An upload is the engine's and all else is root's, so what
 * root may not write must be found before an upload: nobody could remove it again.
 */
enum RootReach {
    /** It can. */
    FULL,
    /** It has lost the capability for that: what belongs to others it may neither change nor remove. */
    WITHOUT_CAPABILITY,
    /** It is another user outside of its container. */
    ANOTHER_USER,
    /** It is another user where the engine runs containers so, for the directory is one of the engine's machine. */
    AS_THE_ENGINE_SAYS;

    private static final String CAPABILITY = "DAC_OVERRIDE";
    private static final String ALL = "ALL";
    private static final Set<String> UNMAPPED = Set.of("", "host");

    /**
     * Returns what an engine's description of a container says.
     *
     * @param bound whether the directory is one of the engine's machine
     */
    static RootReach of(JsonNode container, boolean bound) {
        JsonNode host = container.path("HostConfig");
        if (hasLostTheCapability(host)) {
            return WITHOUT_CAPABILITY;
        }
        String namespace = host.path("UsernsMode").asText("");
        if (!UNMAPPED.contains(namespace)) {
            return ANOTHER_USER;
        }
        return bound && namespace.isEmpty() ? AS_THE_ENGINE_SAYS : FULL;
    }

    /**
     * Of a list with {@code ALL} and one with a name the name counts, wherever it stands; a privileged container has
     * all.
     */
    private static boolean hasLostTheCapability(JsonNode host) {
        Set<String> dropped = capabilities(host.path("CapDrop"));
        Set<String> added = capabilities(host.path("CapAdd"));
        if (host.path("Privileged").asBoolean()) {
            return false;
        }
        if (added.contains(ALL)) {
            return dropped.contains(CAPABILITY);
        }
        return !added.contains(CAPABILITY) && (dropped.contains(CAPABILITY) || dropped.contains(ALL));
    }

    private static Set<String> capabilities(JsonNode told) {
        Set<String> names = new HashSet<>();
        told.forEach(name -> names.add(name.asText().toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "")));
        return names;
    }

    /** Returns whether root may be unable to write; asks the engine where that depends on it. */
    boolean isDoubtful(DockerClient client) throws IOException {
        return switch (this) {
            case FULL -> false;
            case WITHOUT_CAPABILITY, ANOTHER_USER -> true;
            case AS_THE_ENGINE_SAYS -> EngineAnswer.mapsUsers(client);
        };
    }
}
