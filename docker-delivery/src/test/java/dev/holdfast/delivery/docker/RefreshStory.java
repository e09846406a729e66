package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.PushResponseItem;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tag in a real registry that moves, and containers that run it. What a version holds is built here and then removed
 * from the engine, as if it had been built elsewhere: so every refresh pulls.
 */
public final class RefreshStory implements AutoCloseable {

    private static final String LABEL = "dev.holdfast.test.refresh";

    private final DockerClient client;
    private final RegistryServer registry;
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final List<String> images = new ArrayList<>();

    /** Begins a story with a tag that nothing else uses. */
    public RefreshStory(DockerClient client, RegistryServer registry) {
        this.client = client;
        this.registry = registry;
    }

    /** Returns the tag. */
    public ImageReference image() {
        return ImageReference.parse(registry.host() + "/refresh/" + id);
    }

    /** Returns the name of the container that {@link #start} makes. */
    public String name() {
        return "holdfast-refresh-" + id;
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(3));
    }

    /** Returns what every registry of these tests takes. */
    public static Optional<RegistryCredentials> credentials(String host) {
        return Optional.of(RegistryServer.TESTER);
    }

    RegistryDigests digests() {
        return RegistryDigests.builder()
                .plainHttp(registry.host())
                .credentials(RefreshStory::credentials)
                .build();
    }

    /** Moves the tag to an image of busybox and these lines; returns where it stands then. */
    public ImageDigest push(String... lines) {
        String imageId = made(lines);
        images.add(imageId);
        client.tagImageCmd(imageId, image().name(), "pushed").withForce().exec();
        client.tagImageCmd(imageId, image().name(), "latest").withForce().exec();
        AuthConfig auth = new AuthConfig()
                .withRegistryAddress(registry.host())
                .withUsername(RegistryServer.TESTER.user())
                .withPassword(RegistryServer.TESTER.password());
        try {
            client.pushImageCmd(image().name())
                    .withTag("latest")
                    .withAuthConfig(auth)
                    .exec(new ResultCallback.Adapter<PushResponseItem>())
                    .awaitCompletion();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        boolean used = client.listContainersCmd().withShowAll(true).exec().stream()
                .anyMatch(container -> container.getImageId().equals(imageId));
        if (!used && images.size() > 1) {
            removeImage(imageId);
        }
        return digests().standing(image(), soon());
    }

    /**
     * One commit of a container that never ran: a build would make a container for each line. Podman 4 commits no
     * health check.
     */
    private String made(String... lines) {
        EngineApi engine = EngineApi.of(client, soon());
        if (Stream.of(lines).anyMatch(line -> line.startsWith("HEALTHCHECK")) && engine.isPodman()) {
            String tag = Busybox.imageWith(client, "checked", lines);
            return client.inspectImageCmd(tag).exec().getId();
        }
        String container =
                client.createContainerCmd(Busybox.image(client)).exec().getId();
        try {
            String changes = Stream.of(lines)
                    .map(line -> "&changes=" + EngineApi.encoded(line))
                    .collect(Collectors.joining());
            return engine.create("/commit?container=" + container + changes, JsonNodeFactory.instance.objectNode())
                    .path("Id")
                    .asText();
        } finally {
            Busybox.remove(client, container);
        }
    }

    /** Starts a container of the tag as it stands in the engine; returns its id. */
    public String start(Consumer<CreateContainerCmd> different) {
        CreateContainerCmd command = client.createContainerCmd(image().toString())
                .withName(name())
                .withStopTimeout(1)
                .withLabels(Map.of(LABEL, id));
        different.accept(command);
        String container = command.exec().getId();
        client.startContainerCmd(container).exec();
        return container;
    }

    RunningContainer running(DockerRefresher refresher) {
        return refresher.running(soon()).stream()
                .filter(container -> container.name().equals(name()))
                .findFirst()
                .orElseThrow();
    }

    /** All containers of this story, whatever they do. */
    public List<Container> containers() {
        return client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(LABEL, id))
                .exec();
    }

    /** Returns which of them run. */
    public List<String> runningNames() {
        return containers().stream()
                .filter(container -> container.getState().equals("running"))
                .map(container -> container.getNames()[0].substring(1))
                .toList();
    }

    JsonNode inspect() {
        return EngineApi.of(client, soon()).get("/containers/" + name() + "/json");
    }

    /** What the container that has the name was told by its user: everything but its volumes, which are looked into. */
    public String configuration() {
        JsonNode container = inspect();
        ObjectNode host = container.path("HostConfig").deepCopy();
        host.remove(List.of("Binds", "Mounts", "ContainerIDFile"));
        ObjectNode labels = container.path("Config").path("Labels").deepCopy();
        labels.remove(RefreshNames.LABELS);
        List<String> set = new ArrayList<>();
        container.path("Config").path("Env").forEach(value -> set.add(value.asText()));
        set.removeIf(value -> !value.startsWith("USER_"));
        return host + "\n" + labels + "\n" + set;
    }

    /** Returns the digests under which the image of the container that has the name is known. */
    public String runningDigests() {
        return EngineApi.of(client, soon())
                .get("/images/" + inspect().path("Image").asText() + "/json")
                .path("RepoDigests")
                .toString();
    }

    /** Runs a line of shell in the container that has the name. */
    public String sh(String line) {
        return Busybox.in(client, name(), line);
    }

    @Override
    public void close() {
        for (Container container : containers()) {
            Busybox.remove(client, container.getId());
        }
        client.listImagesCmd().withShowAll(true).exec().stream()
                .filter(image -> mentions(image.getRepoDigests()) || mentions(image.getRepoTags()))
                .forEach(image -> removeImage(image.getId()));
    }

    private void removeImage(String image) {
        try {
            client.removeImageCmd(image).withForce(true).exec();
        } catch (NotFoundException e) {
            // The engine has removed it with another that was made from it.
        }
    }

    private boolean mentions(String @Nullable [] names) {
        return names != null && List.of(names).stream().anyMatch(name -> name.contains(id));
    }
}
