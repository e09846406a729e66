package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumesFrom;
import dev.holdfast.spi.TargetAddress;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One container for all tests of a class, and a client; started before the first, removed after the last. */
public final class DockerWorkspace implements BeforeAllCallback, AfterAllCallback {

    /** As small as an image gets: the program has no name that a script could call. */
    private static final String WITHOUT_A_SHELL =
            "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"cd /bin && for f in *; do [ $f = busybox ] || busybox rm $f; done\"]";

    private final Function<DockerClient, String> image;
    private final Consumer<CreateContainerCmd> different;
    private final boolean running;
    private @Nullable DockerClient client;
    private @Nullable Busybox workspace;
    private @Nullable Busybox beside;

    private DockerWorkspace(
            Function<DockerClient, String> image, Consumer<CreateContainerCmd> different, boolean running) {
        this.image = image;
        this.different = different;
        this.running = running;
    }

    /** Returns a running container with a shell. */
    public static DockerWorkspace started() {
        return of(Busybox::image);
    }

    static DockerWorkspace of(Function<DockerClient, String> image) {
        return new DockerWorkspace(image, command -> {}, true);
    }

    /** Returns a running container without a shell. */
    static DockerWorkspace withoutAShell() {
        return new DockerWorkspace(
                DockerWorkspace::imageWithoutAShell,
                command -> command.withCmd("/bin/busybox", "sleep", "100000"),
                true);
    }

    static String imageWithoutAShell(DockerClient client) {
        return Busybox.imageWith(client, "nothing", WITHOUT_A_SHELL);
    }

    /** Returns a container that is stopped, with a volume at {@code /srv}. */
    static DockerWorkspace stopped() {
        HostConfig volume = HostConfig.newHostConfig()
                .withMounts(List.of(new Mount().withType(MountType.VOLUME).withTarget("/srv")));
        return new DockerWorkspace(Busybox::image, command -> command.withHostConfig(volume), false);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (client != null) {
            return; // A nested class: the one around it has begun.
        }
        DockerClient connected = DockerClients.connect();
        client = connected;
        Busybox made = Busybox.start(connected, image.apply(connected), different);
        workspace = made;
        if (!running) {
            made.kill();
            beside = Busybox.start(
                    connected,
                    command -> command.withHostConfig(
                            HostConfig.newHostConfig().withVolumesFrom(new VolumesFrom(made.id()))));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (context.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            return;
        }
        if (beside != null) {
            beside.close();
        }
        if (workspace != null) {
            workspace.close();
        }
        client().close();
    }

    /** Returns the client. */
    public DockerClient client() {
        return Objects.requireNonNull(client, "not started");
    }

    /** Returns the container. */
    public Busybox container() {
        return Objects.requireNonNull(workspace, "not started");
    }

    /** Returns a target that knows no helper. */
    public DockerTarget target() {
        return DockerTarget.over(client());
    }

    /** Returns a target that may start helpers. */
    DockerTarget helped() {
        return target().helperImage(Busybox.image(client()));
    }

    /** Returns an address in the container that nobody has used. */
    public TargetAddress address() {
        return address(UUID.randomUUID().toString());
    }

    /** Returns the address of that name. */
    public TargetAddress address(String name) {
        return container().address("/srv/" + name + "/plugins");
    }

    /** As {@link Busybox#sh}, beside the container's files where it does not run itself. */
    String sh(String line, String... arguments) {
        return (beside == null ? container() : beside).sh(line, arguments);
    }

    void changeMode(TargetAddress address, String path, String mode) {
        sh("/bin/busybox chmod \"$3\" \"$1/$2\"", address.path(), path, mode);
    }

    String permissions(TargetAddress address, String path) {
        return sh("/bin/busybox stat -c %a \"$1/$2\"", address.path(), path);
    }
}
