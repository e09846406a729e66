package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ChangeLog;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Odd containers, each removed after its test. */
abstract class ContainerCases {

    static final String PLUGINS = "/configs/plugins";

    private static DockerClient client;

    private final List<Busybox> started = new ArrayList<>();

    @BeforeAll
    static void connect() {
        client = DockerClients.connect();
    }

    @AfterAll
    static void disconnect() throws IOException {
        client.close();
    }

    @AfterEach
    void removeWorkspaces() {
        started.forEach(Busybox::close);
    }

    static DockerClient client() {
        return client;
    }

    /** Returns the target under test. */
    DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    final Busybox workspace(Consumer<CreateContainerCmd> different) {
        return workspace(Busybox.image(client), different);
    }

    final Busybox workspaceOf(String image) {
        return workspace(image, command -> {});
    }

    final Busybox workspaceWith(HostConfig host) {
        return workspace(command -> command.withHostConfig(host));
    }

    final Busybox workspace(String image, Consumer<CreateContainerCmd> different) {
        Busybox workspace = Busybox.start(client, image, different);
        started.add(workspace);
        return workspace;
    }

    /** Starts a workspace that has the name of one that is gone. */
    final Busybox workspaceAs(String name, String image) {
        Busybox workspace = Busybox.startAs(client, name, image, command -> {});
        started.add(workspace);
        return workspace;
    }

    final TargetSession open(TargetAddress address) {
        return target().open(address, Deadline.after(Duration.ofMinutes(1)));
    }

    /** Opens a directory of this machine for all: where an engine maps users, root of a container is not its owner. */
    static Bind bound(Path host, String path, AccessMode mode) throws IOException {
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxrwxrwx"));
        return new Bind(host.toString(), new Volume(path), mode);
    }

    final void assertRefused(TargetAddress address, Reason reason, String remedy) {
        assertThatThrownBy(() -> open(address).close())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining(remedy)
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(reason);
    }

    /**
     * Asserts that nothing was written anywhere in a container; what Podman itself writes into each is in {@code /etc}.
     */
    static void assertUntouched(Busybox workspace) {
        List<ChangeLog> changes = client.containerDiffCmd(workspace.id()).exec();
        assertThat(changes == null ? List.<ChangeLog>of() : changes)
                .filteredOn(change -> !change.getPath().equals("/etc"))
                .isEmpty();
    }

    /** Asserts that the place can be looked at, and that nothing is written there. */
    final void assertReadOnly(TargetAddress address) {
        try (TargetSession session = open(address)) {
            assertThat(session.stat("absent")).isEmpty();
            assertThat(session.list("absent")).isEmpty();
            assertThatThrownBy(() -> session.upload("tree", Bundles.of("a", "b"), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("writable volume")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_READ_ONLY);
            assertThatThrownBy(() -> session.run(FileScript.of(new FileStep.MakeDirectory("d"))))
                    .hasMessageContaining("writable volume");
        }
    }

    /** Asserts that a delivery arrives; {@code reader} sees the same files. */
    final void assertDelivers(TargetAddress address, Busybox reader) {
        try (TargetSession session = open(address)) {
            session.upload(".staging/n/1", Bundles.of("SKILL.md", "hello"), Progress.NONE);
            assertThat(session.run(FileScript.of(
                            new FileStep.MakeDirectory(".releases/n"),
                            new FileStep.Rename(".staging/n/1", ".releases/n/1"),
                            new FileStep.PointLink("n", ".releases/n/1"))))
                    .isEqualTo(new ScriptResult.Completed());
        }
        assertThat(reader.sh("/bin/busybox cat \"$1/n/SKILL.md\"", address.path()))
                .isEqualTo("hello");
    }

    final void assertDelivers(Busybox workspace, String path) {
        assertDelivers(workspace.address(path), workspace);
    }
}
