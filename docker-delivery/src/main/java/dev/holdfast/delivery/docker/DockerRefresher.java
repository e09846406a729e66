package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Recreates containers of a Docker engine from a newer image: pulls it by digest, sets the new container up as the old one was,
 * and watches until it is healthy.
 *
 * <p>The old container is stopped and renamed to {@code <name>-holdfast-last}, the new one is made as {@code
 * <name>-holdfast-next}; containers of such names belong to a refresh. One that the engine removes when it stops ({@code --rm})
 * cannot be kept: a copy of it waits in its place, and what it had written beside its volumes is gone, as after any stop.
 * Volumes without a name are handed on with their content, under the name that the engine gave them; the engine then takes
 * them for named ones and never removes them with a container. Images are not removed.
 *
 * <p>Refused, without any change: containers whose network, IPC or PID namespace others use, which would go on with that of a
 * container that is no more; those of a swarm, which replaces them itself; those whose old image is gone from the engine, as
 * nothing then tells what it had set.
 *
 * <p>Never closes the client. Safe for use by several threads.
 */
public final class DockerRefresher implements ImageRefresher {

    private static final Duration FOR_THE_WAY_BACK = Duration.ofMinutes(2);

    private final DockerClient client;
    private final Function<String, Optional<RegistryCredentials>> credentials;
    private final RefreshSteps.Patience patience;

    private DockerRefresher(
            DockerClient client,
            Function<String, Optional<RegistryCredentials>> credentials,
            RefreshSteps.Patience patience) {
        this.client = client;
        this.credentials = credentials;
        this.patience = patience;
    }

    /**
     * Returns the refresher that uses this client, which stays the caller's, and pulls anonymously.
     *
     * @param client one of docker-java's own class, as {@link DockerClients} makes them
     */
    public static DockerRefresher over(DockerClient client) {
        return new DockerRefresher(
                client,
                registry -> Optional.empty(),
                new RefreshSteps.Patience(Duration.ofSeconds(10), Duration.ofMinutes(2)));
    }

    /** Returns the same with credentials that the engine pulls with, by registry as references name it, the port included. */
    public DockerRefresher credentials(Function<String, Optional<RegistryCredentials>> provider) {
        return new DockerRefresher(client, provider, patience);
    }

    /** Returns the same with another time for which a container without a health check must run; 10 seconds if not set. */
    public DockerRefresher settle(Duration time) {
        return new DockerRefresher(client, credentials, new RefreshSteps.Patience(time, patience.healthy()));
    }

    /** Returns the same with another time to become healthy, where there is a health check; 2 minutes if not set. */
    public DockerRefresher healthyWithin(Duration time) {
        return new DockerRefresher(client, credentials, new RefreshSteps.Patience(patience.settle(), time));
    }

    @Override
    public String site(Deadline deadline) {
        return EngineApi.of(client, deadline).get("/info").path("ID").asText();
    }

    @Override
    public List<RunningContainer> running(Deadline deadline) {
        EngineApi engine = EngineApi.of(client, deadline);
        JsonNode listed = engine.get("/containers/json?all=1");
        Map<String, JsonNode> images = new HashMap<>();
        Map<String, RunningContainer> found = new HashMap<>();
        Set<String> brokenOff = new HashSet<>();
        for (JsonNode container : listed) {
            String name = name(container);
            Optional<String> known = RefreshNames.leftOver(name);
            known.ifPresent(brokenOff::add);
            if (known.isPresent() || container.path("State").asText().equals("running")) {
                describe(engine, container, known.orElse(name), images)
                        // What has the name says what runs; a left-over only where nothing has it.
                        .ifPresent(told ->
                                found.merge(told.name(), told, (one, other) -> known.isPresent() ? one : other));
            }
        }
        return found.values().stream()
                .map(container -> brokenOff.contains(container.name()) ? brokenOff(container) : container)
                .toList();
    }

    private static String name(JsonNode container) {
        for (JsonNode name : container.path("Names")) {
            // A link's name has two slashes.
            if (name.asText().lastIndexOf('/') == 0) {
                return name.asText().substring(1);
            }
        }
        return container.path("Id").asText();
    }

    private static RunningContainer brokenOff(RunningContainer container) {
        return new RunningContainer(
                container.id(),
                container.name(),
                container.image(),
                container.imageId(),
                container.digests(),
                container.platform(),
                container.labels(),
                true);
    }

    private static Optional<RunningContainer> describe(
            EngineApi engine, JsonNode container, String name, Map<String, JsonNode> images) {
        Optional<ImageReference> reference = reference(engine, container);
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        String imageId = container.path("ImageID").asText();
        JsonNode image = images.computeIfAbsent(
                imageId, id -> engine.find("/images/" + id + "/json").orElseGet(() -> engine.get("/version")));
        Set<ImageDigest> digests = new HashSet<>();
        for (JsonNode known : image.path("RepoDigests")) {
            String[] parts = known.asText().split("@", 2);
            if (parts.length == 2 && isOf(reference.get(), parts[0])) {
                digests.add(ImageDigest.of(parts[1]));
            }
        }
        Map<String, String> labels = new HashMap<>();
        container
                .path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return Optional.of(new RunningContainer(
                container.path("Id").asText(),
                name,
                reference.get(),
                imageId,
                digests,
                platform(image),
                labels,
                false));
    }

    /** The listing names the image by its id once its tag has moved in the engine; the container itself knows better. */
    private static Optional<ImageReference> reference(EngineApi engine, JsonNode container) {
        String listed = container.path("Image").asText();
        String imageId = container.path("ImageID").asText();
        boolean moved = imageId.equals(listed) || imageId.startsWith("sha256:" + listed);
        String text = moved
                ? engine.find("/containers/" + container.path("Id").asText() + "/json")
                        .map(RefreshNames::image)
                        .orElse(listed)
                : listed;
        try {
            return Optional.of(ImageReference.parse(text));
        } catch (PermanentException e) {
            return Optional.empty();
        }
    }

    private static boolean isOf(ImageReference reference, String name) {
        try {
            return ImageReference.parse(name).name().equals(reference.name());
        } catch (PermanentException e) {
            return false;
        }
    }

    private static ImagePlatform platform(JsonNode image) {
        String architecture =
                image.path("Architecture").asText(image.path("Arch").asText());
        return new ImagePlatform(
                image.path("Os").asText(), architecture, image.path("Variant").asText(""));
    }

    @Override
    public void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline) {
        Held held = new Held(hold);
        String name = container.name();
        EngineApi engine = EngineApi.of(client, deadline);
        RefreshSteps steps = new RefreshSteps(engine, held, patience);
        // First of all, as nothing may be running; and it must not need the registry.
        steps.putInOrder(name, true);
        JsonNode old = RefreshNames.named(engine, name)
                .orElseThrow(() -> new PermanentException(Reason.TARGET_NOT_FOUND, "there is no container " + name));
        refuse(engine, old);
        held.check();
        JsonNode image = pulled(engine, container.image(), digest);
        String imageId = image.path("Id").asText();
        if (imageId.equals(old.path("Image").asText())) {
            return;
        }
        JsonNode former = engine.find("/images/" + old.path("Image").asText() + "/json")
                .orElseThrow(() -> unusable(name, "its image is gone from the engine; make it anew once by hand"));
        ContainerSpec spec = ContainerSpec.of(old, former);
        spec.body().put("Image", RefreshNames.image(old));
        held.check();
        tag(engine, container.image(), imageId);
        ContainerSpec copy = new ContainerSpec(
                spec.body().deepCopy().put("Image", old.path("Image").asText()), spec.networks());
        try {
            steps.replace(name, old, spec, copy, imageId);
        } catch (HoldfastException e) {
            if (!held.lost) {
                bringBack(name, held, e);
            }
            throw e;
        }
    }

    @Override
    public void pull(ImageReference image, ImageDigest digest, Deadline deadline) {
        EngineApi engine = EngineApi.of(client, deadline);
        tag(engine, image, pulled(engine, image, digest).path("Id").asText());
    }

    private JsonNode pulled(EngineApi engine, ImageReference image, ImageDigest digest) {
        engine.pull(image, digest.value(), credentials.apply(image.registry()));
        return engine.get("/images/" + image.name() + "@" + digest + "/json");
    }

    private static void tag(EngineApi engine, ImageReference image, String imageId) {
        engine.settle("/images/" + imageId + "/tag?repo=" + EngineApi.encoded(image.name()) + "&tag=" + image.tag());
    }

    @Override
    public void restore(RunningContainer container, Hold hold, Deadline deadline) {
        new RefreshSteps(EngineApi.of(client, deadline), hold, patience).putInOrder(container.name(), true);
    }

    /** Under a deadline of its own: the one that passed, or the thread that was interrupted, is often the reason. */
    private void bringBack(String name, Held held, HoldfastException because) {
        boolean interrupted = Thread.interrupted();
        try {
            EngineApi engine = EngineApi.of(client, Deadline.after(FOR_THE_WAY_BACK));
            new RefreshSteps(engine, held, patience).putInOrder(name, false);
        } catch (HoldfastException e) {
            because.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void refuse(EngineApi engine, JsonNode old) {
        String name = old.path("Name").asText().substring(1);
        if (!old.path("State").path("Running").asBoolean()
                || old.path("State").path("Paused").asBoolean()) {
            throw unusable(name, "it does not run; start or unpause it");
        }
        if (old.path("Config").path("Labels").has("com.docker.swarm.task.id")) {
            throw unusable(name, "it belongs to a swarm; update its service");
        }
        List<String> dependants = dependants(engine, old);
        if (!dependants.isEmpty()) {
            throw unusable(
                    name,
                    "the network, IPC or PID namespace of it is used by " + dependants + "; replace them together");
        }
    }

    private static List<String> dependants(EngineApi engine, JsonNode old) {
        String name = old.path("Name").asText().substring(1);
        Set<String> shared = Set.of("container:" + RefreshNames.id(old), "container:" + name);
        List<String> dependants = new ArrayList<>();
        for (JsonNode other : engine.get("/containers/json?all=1")) {
            engine.find("/containers/" + other.path("Id").asText() + "/json")
                    .map(known -> known.path("HostConfig"))
                    .filter(host -> List.of("NetworkMode", "IpcMode", "PidMode").stream()
                            .anyMatch(mode -> shared.contains(host.path(mode).asText())))
                    .ifPresent(host -> dependants.add(name(other)));
        }
        return dependants;
    }

    private static PermanentException unusable(String name, String why) {
        return new PermanentException(Reason.TARGET_UNUSABLE, name + " cannot be replaced: " + why);
    }

    /** Remembers that the work was lost: then nobody may undo it here. */
    private static final class Held implements Hold {

        private final Hold hold;
        private boolean lost;

        Held(Hold hold) {
            this.hold = hold;
        }

        @Override
        public void check() {
            try {
                hold.check();
            } catch (RuntimeException | Error e) {
                lost = true;
                throw e;
            }
        }
    }
}
