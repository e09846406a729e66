package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;

/**
 * The name under which the attempts at an engine are recorded.
 *
 * @param name what the host calls it; empty where the engine is asked
 */
record EngineSite(String name) {

    private static final int LONGEST = 200;

    EngineSite {
        if (name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw PermanentException.invalid("site", name, "give at most " + LONGEST + " printable characters");
        }
    }

    /** What the engine says of itself. */
    static EngineSite ofTheEngine() {
        return new EngineSite("");
    }

    static EngineSite named(String name) {
        if (name.isBlank()) {
            throw PermanentException.invalid("site", name, "give a name that is not blank");
        }
        return new EngineSite(name);
    }

    /** Asks twice: Podman makes up another id for each answer. */
    String of(EngineApi engine) {
        if (!name.isEmpty()) {
            return name;
        }
        JsonNode info = engine.get("/info");
        String id = info.path("ID").asText("");
        boolean stays = engine.get("/info").path("ID").asText("").equals(id);
        if (stays && !id.isBlank()) {
            return new EngineSite(id).name();
        }
        String host = info.path("Name").asText("");
        String storage = info.path("DockerRootDir").asText("");
        if (host.isBlank() || storage.isBlank()) {
            throw new PermanentException(
                    Reason.PROTOCOL,
                    "the engine names itself differently each time it is asked; name it with DockerRefresher.site");
        }
        return new EngineSite(host + ":" + storage).name();
    }
}
