package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Recreates containers of a Docker engine from a newer image: pulls it by digest, sets the new container up as the old
 * one was, and watches until it is healthy.
 *
 * <p>The old container is stopped and renamed to {@code <name>-holdfast-last}, the new one is made as
 * {@code <name>-holdfast-next}; containers of such names belong to a refresh. One that the engine removes when it stops
 * ({@code --rm}) cannot be kept: a copy of it waits in its place, and what it had written beside its volumes is gone,
 * as after any stop. Volumes without a name are handed on with their content, under the name that the engine gave them;
 * the engine then takes them for named ones and never removes them with a container. Images are not removed.
 *
 * <p>Refused, without any change: containers whose network, IPC or PID namespace others use, which would go on with
 * that of a container that is no more; those of a swarm, which replaces them itself; those whose old image is gone from
 * engine and registry, as nothing then tells what it had set. Refused as well, on Linux: the container in which this
 * JVM runs. It would stop itself, and nobody would start its successor; replace it from outside, from a second host in
 * another container, or name who does it with {@link #ownContainerBy}.
 *
 * <p>Never closes the client. Safe for use by several threads.
 */
public final class DockerRefresher implements ImageRefresher {

    private static final Duration FOR_THE_WAY_BACK = Duration.ofMinutes(2);

    private final DockerClient client;
    private final Function<String, Optional<RegistryCredentials>> credentials;
    private final RefreshSteps.Patience patience;
    private final EngineSite site;
    private final OwnContainer own;
    private final Optional<BiConsumer<RunningContainer, ImageDigest>> handOver;

    private DockerRefresher(
            DockerClient client,
            Function<String, Optional<RegistryCredentials>> credentials,
            RefreshSteps.Patience patience,
            EngineSite site,
            OwnContainer own,
            Optional<BiConsumer<RunningContainer, ImageDigest>> handOver) {
        this.client = client;
        this.credentials = credentials;
        this.patience = patience;
        this.site = site;
        this.own = own;
        this.handOver = handOver;
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
                new RefreshSteps.Patience(Duration.ofSeconds(10), Duration.ofMinutes(2)),
                EngineSite.ofTheEngine(),
                OwnContainer.here(),
                Optional.empty());
    }

    /**
     * Returns the same with credentials that the engine pulls with, by registry as references name it, the port
     * included.
     */
    public DockerRefresher credentials(Function<String, Optional<RegistryCredentials>> provider) {
        return new DockerRefresher(client, provider, patience, site, own, handOver);
    }

    /**
     * Returns the same with another time for which a container without a health check must run; 10 seconds if not set.
     */
    public DockerRefresher settle(Duration time) {
        return with(new RefreshSteps.Patience(time, patience.healthy()));
    }

    /** Returns the same with another time to become healthy, where there is a health check; 2 minutes if not set. */
    public DockerRefresher healthyWithin(Duration time) {
        return with(new RefreshSteps.Patience(patience.settle(), time));
    }

    /**
     * Returns the same with a name for the engine, under which attempts are recorded: the same on each node, and for
     * each engine another. If not set, the engine's own id; where that changes with each question, as Podman's does,
     * the engine's host name and storage directory.
     *
     * @param name at most 200 printable characters
     */
    public DockerRefresher site(String name) {
        return new DockerRefresher(client, credentials, patience, EngineSite.named(name), own, handOver);
    }

    /**
     * Returns the same that hands over what it cannot do: replacing the container in which this JVM runs. If not set,
     * that is refused for good, as {@link Reason#TARGET_UNUSABLE}.
     *
     * @param other tells somebody outside of this container, such as an orchestrator, to replace it by one of that
     *     digest, and returns without waiting for it. The attempt then ends as {@link Reason#BUSY} and is made again
     *     later, so this is called again until the container runs what its tag names: asking twice must do no harm.
     *     Nothing was pulled or changed before. What it throws is the failure of the attempt.
     */
    public DockerRefresher ownContainerBy(BiConsumer<RunningContainer, ImageDigest> other) {
        return new DockerRefresher(client, credentials, patience, site, own, Optional.of(other));
    }

    /** Returns the same that takes itself for another container than the one this JVM runs in. */
    DockerRefresher within(OwnContainer other) {
        return new DockerRefresher(client, credentials, patience, site, other, handOver);
    }

    private DockerRefresher with(RefreshSteps.Patience other) {
        return new DockerRefresher(client, credentials, other, site, own, handOver);
    }

    @Override
    public String site(Deadline deadline) {
        return site.of(EngineApi.of(client, deadline));
    }

    @Override
    public List<RunningContainer> running(Deadline deadline) {
        return new RefreshListing(EngineApi.of(client, deadline)).containers();
    }

    @Override
    public void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline) {
        Held held = new Held(hold);
        String name = container.name();
        EngineApi engine = EngineApi.of(client, deadline);
        RefreshSteps steps = new RefreshSteps(engine, held, patience, own);
        // First of all, as nothing may be running; and it must not need the registry.
        steps.putInOrder(name, true);
        JsonNode old = RefreshNames.named(engine, name)
                .orElseThrow(() -> new PermanentException(Reason.TARGET_NOT_FOUND, "there is no container " + name));
        if (handOver.isPresent() && own.is(old)) {
            handOver.get().accept(container, digest);
            throw new TransientException(
                    Reason.BUSY,
                    name + " runs this process, so somebody else was told to replace it; look again later");
        }
        refuse(engine, old);
        held.check();
        String platform = engine.asking(container.platform());
        JsonNode image = pulled(engine, container.image(), digest, platform);
        String imageId = image.path("Id").asText();
        if (imageId.equals(old.path("Image").asText())) {
            return;
        }
        JsonNode former = former(engine, container.image(), old, platform);
        ContainerSpec told =
                ContainerSpec.of(old, former, engine.get("/info").path("Name").asText());
        ContainerSpec spec =
                (engine.isPodman() ? told.forPodman() : told).on(engine.createsForPlatforms() ? platform : "");
        spec.body().put("Image", RefreshNames.image(old));
        held.check();
        tag(engine, container.image(), imageId);
        ContainerSpec copy = new ContainerSpec(
                spec.body().deepCopy().put("Image", old.path("Image").asText()), spec.networks(), spec.platform());
        try {
            steps.replace(name, old, spec, copy, imageId);
        } catch (HoldfastException e) {
            if (!held.lost) {
                afterwards(held, e, later -> later.putInOrder(name, false));
            }
            throw e;
        }
        removeOld(steps, name, held);
    }

    /**
     * The new one is well, so nothing that fails here undoes anything: a removal whose call has failed may still go on
     * in the engine, and who brought the old one back would end with none. What is left over is removed by the next
     * look.
     */
    private void removeOld(RefreshSteps steps, String name, Held held) {
        try {
            steps.dropLast(name);
        } catch (HoldfastException e) {
            if (held.lost) {
                throw e;
            }
            afterwards(held, e, later -> later.dropLast(name));
        }
    }

    /** A container keeps what its image did not set, so that must be known. */
    private JsonNode former(EngineApi engine, ImageReference image, JsonNode old, String platform) {
        String id = old.path("Image").asText();
        JsonNode former = engine.find("/images/" + id + "/json")
                .or(() -> pulledAgain(engine, image, id, platform))
                .orElseThrow(() -> unusable(
                        old.path("Name").asText().substring(1),
                        "its image is gone from the engine; make it anew once by hand"));
        if (!former.path("Config").isObject() && former.path("Os").asText("").isEmpty()) {
            throw unusable(
                    old.path("Name").asText().substring(1),
                    "the engine does not say what its image had set; make it anew once by hand");
        }
        return former;
    }

    /**
     * In the containerd store an image's id is a digest of its repository, and a push from the engine itself drops what
     * had the tag.
     */
    private Optional<JsonNode> pulledAgain(EngineApi engine, ImageReference image, String id, String platform) {
        try {
            engine.pull(image, id, platform, credentials.apply(image.registry()));
            return engine.find("/images/" + id + "/json");
        } catch (PermanentException e) {
            if (e.reason() != Reason.REVISION_NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public void pull(ImageReference image, ImageDigest digest, Deadline deadline) {
        EngineApi engine = EngineApi.of(client, deadline);
        tag(engine, image, pulled(engine, image, digest, "").path("Id").asText());
    }

    private JsonNode pulled(EngineApi engine, ImageReference image, ImageDigest digest, String platform) {
        engine.pull(image, digest.value(), platform, credentials.apply(image.registry()));
        return engine.get("/images/" + image.name() + "@" + digest + "/json");
    }

    private static void tag(EngineApi engine, ImageReference image, String imageId) {
        engine.settle("/images/" + imageId + "/tag?repo=" + EngineApi.encoded(image.name()) + "&tag=" + image.tag());
    }

    @Override
    public void restore(RunningContainer container, Hold hold, Deadline deadline) {
        new RefreshSteps(EngineApi.of(client, deadline), hold, patience, own).putInOrder(container.name(), true);
    }

    /** Under a deadline of its own: the one that passed, or the thread that was interrupted, is often the reason. */
    private void afterwards(Held held, HoldfastException because, Consumer<RefreshSteps> work) {
        boolean interrupted = Thread.interrupted();
        try {
            EngineApi engine = EngineApi.of(client, Deadline.after(FOR_THE_WAY_BACK));
            work.accept(new RefreshSteps(engine, held, patience, own));
        } catch (HoldfastException e) {
            because.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void refuse(EngineApi engine, JsonNode old) {
        String name = old.path("Name").asText().substring(1);
        own.refuse(name, old);
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
                    .ifPresent(host -> dependants.add(RefreshListing.name(other)));
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
