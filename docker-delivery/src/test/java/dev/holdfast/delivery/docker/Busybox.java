package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdfast.spi.TargetAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A running workspace container made of nothing but busybox, for tests here and in the examples. Its image is built
 * from scratch, so no registry is needed; it is kept between runs. Containers are labelled: those of a run that has
 * ended are removed when the next begins.
 */
public final class Busybox implements AutoCloseable {

    private static final String LABEL = "dev.holdfast.test";
    private static final String DOCKERFILE = """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", "/bin/busybox --install -s /bin; mkdir -p /tmp /configs/plugins"]
            ENV PATH=/bin
            CMD ["sleep", "100000"]
            """;

    private final DockerClient client;
    private final String id;
    private final String name;

    private Busybox(DockerClient client, String id, String name) {
        this.client = client;
        this.id = id;
        this.name = name;
    }

    /** Starts a workspace. */
    public static Busybox start(DockerClient client) {
        return start(client, command -> {});
    }

    /** Starts a workspace whose container is made differently. */
    public static Busybox start(DockerClient client, Consumer<CreateContainerCmd> different) {
        return start(client, image(client), different);
    }

    /** Starts a workspace of this name, such as one that another had before. */
    public static Busybox startAs(DockerClient client, String name, HostConfig host) {
        return startAs(client, name, image(client), command -> command.withHostConfig(host));
    }

    static Busybox start(DockerClient client, String image, Consumer<CreateContainerCmd> different) {
        return startAs(client, "holdfast-test-" + UUID.randomUUID(), image, different);
    }

    static Busybox startAs(DockerClient client, String name, String image, Consumer<CreateContainerCmd> different) {
        Busybox made = new Busybox(client, create(client, name, image, different), name);
        client.startContainerCmd(made.id).exec();
        return made;
    }

    /** Makes a container that is never started and is the caller's to remove; returns its id. */
    static String create(DockerClient client, Consumer<CreateContainerCmd> different) {
        return create(client, "holdfast-test-" + UUID.randomUUID(), image(client), different);
    }

    private static String create(
            DockerClient client, String name, String image, Consumer<CreateContainerCmd> different) {
        sweep(client);
        CreateContainerCmd command = client.createContainerCmd(image)
                .withName(name)
                .withLabels(Map.of(LABEL, Long.toString(ProcessHandle.current().pid())));
        different.accept(command);
        return command.exec().getId();
    }

    /** Starts a container that runs a line of shell and is the caller's to remove; returns its id. */
    public static String run(DockerClient client, String line, Consumer<CreateContainerCmd> different) {
        return start(client, command -> {
                    command.withCmd("sh", "-c", line);
                    different.accept(command);
                })
                .id();
    }

    /** Returns the image of every workspace; built unless it is there. */
    public static String image(DockerClient client) {
        return image(client, "busybox", DOCKERFILE);
    }

    /** Builds an image from scratch, busybox and more lines, unless it is there. */
    static String image(DockerClient client, String name, String dockerfile) {
        String tag = "holdfast-test/" + name + ":" + Integer.toHexString(dockerfile.hashCode());
        try {
            client.inspectImageCmd(tag).exec();
            return tag;
        } catch (NotFoundException e) {
            client.buildImageCmd(new ByteArrayInputStream(context(dockerfile)))
                    .withTags(Set.of(tag))
                    .withLabels(Map.of(LABEL, "image"))
                    .exec(new BuildImageResultCallback())
                    .awaitImageId();
            return tag;
        }
    }

    /** The image of every workspace, and lines after it. */
    static String imageWith(DockerClient client, String name, String... lines) {
        return image(client, name, DOCKERFILE + String.join("\n", lines) + "\n");
    }

    private static byte[] context(String dockerfile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            add(tar, "Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
            add(tar, "busybox", Files.readAllBytes(program()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Path program() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("install busybox-static"));
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0100755);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Removes what test runs have left that were killed. */
    private static void sweep(DockerClient client) {
        List<Container> all = client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL))
                .exec();
        for (Container container : all) {
            String owner = String.valueOf(container.getLabels().get(LABEL));
            if (owner.matches("\\d+") && ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
                remove(client, container.getId());
            }
        }
    }

    /** Returns the container's full id. */
    public String id() {
        return id;
    }

    /** Returns the container's name. */
    public String name() {
        return name;
    }

    /** Returns the address of an absolute path in it. */
    public TargetAddress address(String path) {
        return new TargetAddress("docker", name, path);
    }

    /** Runs a line of shell in it as root and returns what it printed, errors included, without white space around. */
    public String sh(String line, String... arguments) {
        return in(client, id, line, arguments);
    }

    /** As {@link #sh}, in any container that has busybox. */
    static String in(DockerClient client, String container, String line, String... arguments) {
        String[] command = Stream.concat(Stream.of("/bin/busybox", "sh", "-c", line, "sh"), Stream.of(arguments))
                .toArray(String[]::new);
        String exec = client.execCreateCmd(container)
                .withUser("0")
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd(command)
                .exec()
                .getId();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            client.execStartCmd(exec)
                    .exec(new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                            output.writeBytes(frame.getPayload());
                        }
                    })
                    .awaitCompletion();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return output.toString(StandardCharsets.UTF_8).strip();
    }

    /** Kills the container's first process; the container stays, stopped. */
    public void kill() {
        client.killContainerCmd(id).exec();
    }

    /** Removes the container and its anonymous volumes. */
    @Override
    public void close() {
        remove(client, id);
    }

    /** Removes a container, whatever it does, and its anonymous volumes. */
    public static void remove(DockerClient client, String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException e) {
            // Gone already, or going, which is what was wanted.
        }
    }
}
