package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The three containers that there may be of one name while it is replaced. Names and labels are all that a refresh
 * writes down: whoever finds them can finish it or undo it.
 *
 * @param name by which people know the container
 * @param base what has the name now
 * @param next the new one before it has the name
 * @param last the old one after it has lost the name; where the old one cannot be kept because it vanishes when it
 *     stops, a copy of it that was never started
 */
record RefreshNames(String name, Optional<JsonNode> base, Optional<JsonNode> next, Optional<JsonNode> last) {

    static final String NEXT = "-holdfast-next";
    static final String LAST = "-holdfast-last";
    private static final Set<String> GOING = Set.of("removing", "dead");
    private static final String OF = "dev.holdfast.refresh.of";
    private static final String ROLE = "dev.holdfast.refresh.role";

    /** What a copy was made of, which its own settings name by id: the tag may have moved on in the engine. */
    static final String IMAGE = "dev.holdfast.refresh.image";

    /** What a refresh adds to the labels of containers. */
    static final List<String> LABELS = List.of(OF, ROLE, IMAGE);

    static RefreshNames look(EngineApi engine, String name) {
        return new RefreshNames(name, named(engine, name), named(engine, name + NEXT), named(engine, name + LAST));
    }

    /** The engine also answers for an id that begins like the name. */
    static Optional<JsonNode> named(EngineApi engine, String name) {
        return engine.find("/containers/" + name + "/json")
                .filter(container -> container.path("Name").asText().equals("/" + name));
    }

    /** Labels for what takes the place of a container. */
    static Map<String, String> labelsOfNew(JsonNode old) {
        return Map.of(OF, id(old), ROLE, "new");
    }

    /** Labels for the copy of a container. */
    static Map<String, String> labelsOfCopy(JsonNode old) {
        return Map.of(OF, id(old), ROLE, "copy", IMAGE, image(old));
    }

    /** Returns the image that a container was made of, as the user wrote it. */
    static String image(JsonNode container) {
        String written = label(container, IMAGE);
        return written.isEmpty() ? container.path("Config").path("Image").asText() : written;
    }

    /** Returns whether what has the name has taken it from {@code last}. */
    boolean baseIsNew() {
        return base.isPresent()
                && last.isPresent()
                && (label(base.get(), OF).equals(id(last.get()))
                        || (lastIsCopy() && label(base.get(), OF).equals(label(last.get(), OF))));
    }

    /** Returns whether what has the name is the old one still, beside its copy. */
    boolean baseIsOld() {
        return base.isPresent() && lastIsCopy() && id(base.get()).equals(label(last.get(), OF));
    }

    /** Returns whether the engine removes the old one, or has failed in the middle of that: neither starts again. */
    boolean lastIsGoing() {
        return last.map(container -> container.path("State").path("Status").asText())
                .filter(GOING::contains)
                .isPresent();
    }

    private boolean lastIsCopy() {
        return last.isPresent() && label(last.get(), ROLE).equals("copy");
    }

    /** Returns the name that people know a container of that name by; empty if it is no left-over. */
    static Optional<String> leftOver(String name) {
        return name.endsWith(NEXT)
                ? Optional.of(name.substring(0, name.length() - NEXT.length()))
                : name.endsWith(LAST)
                        ? Optional.of(name.substring(0, name.length() - LAST.length()))
                        : Optional.empty();
    }

    static String id(JsonNode container) {
        return container.path("Id").asText();
    }

    static boolean runs(JsonNode container) {
        return container.path("State").path("Running").asBoolean();
    }

    /** As {@link #runs}, also while it is being stopped: Docker takes it for running then, Podman says so apart. */
    static boolean isUp(JsonNode container) {
        return runs(container)
                || container.path("State").path("Status").asText().equals("stopping");
    }

    private static String label(JsonNode container, String key) {
        return container.path("Config").path("Labels").path(key).asText();
    }
}
