package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumesFrom;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What helper containers reach and what not, and that none is left behind. */
@Timeout(120)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class HelperStateIT extends ContainerCases {

    private static final String LABEL = "dev.holdfast.helper";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private String helperImage = Busybox.image(client());

    @Override
    DeliveryTarget target() {
        return DockerTarget.over(client()).helperImage(helperImage);
    }

    private Busybox withoutAShell(HostConfig host) {
        return workspace(
                DockerWorkspace.imageWithoutAShell(client()),
                command -> command.withHostConfig(host).withCmd("/bin/busybox", "sleep", "100000"));
    }

    private Busybox withoutAShell() {
        return withoutAShell(HostConfig.newHostConfig());
    }

    private static HostConfig volumeAt(String path) {
        return HostConfig.newHostConfig()
                .withMounts(List.of(new Mount().withType(MountType.VOLUME).withTarget(path)));
    }

    /** Returns a running container that sees the volumes of a stopped one. */
    private Busybox beside(Busybox stopped) {
        return workspaceWith(HostConfig.newHostConfig().withVolumesFrom(new VolumesFrom(stopped.id())));
    }

    private static boolean podman() {
        return EngineApi.of(client(), Deadline.after(Duration.ofMinutes(1))).isPodman();
    }

    private void assertDeliversThoughStopped(TargetAddress address, Busybox reader) {
        if (podman()) {
            assertRefusedByPodman(address);
        } else {
            assertDelivers(address, reader);
        }
    }

    private void assertRefusedByPodman(TargetAddress stopped) {
        assertRefused(stopped, Reason.TARGET_UNUSABLE, "Podman does not tell links there");
    }

    private static List<Container> helpers() {
        return client().listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(LABEL))
                .exec();
    }

    private static boolean isThere(String id) {
        return helpers().stream().anyMatch(helper -> helper.getId().equals(id));
    }

    /** Asks until it is gone; the timeout of the test ends this. */
    private static void assertGoes(String helper) {
        while (isThere(helper)) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** Returns the helper of a session beside a running container. */
    private static InspectContainerResponse helperOf(Busybox workspace) {
        return helpersOf(workspace).findFirst().orElseThrow(() -> new AssertionError("no helper"));
    }

    private static Stream<InspectContainerResponse> helpersOf(Busybox workspace) {
        return helpers().stream()
                .map(Container::getId)
                .flatMap(id -> inspected(id).stream())
                .filter(helper -> helper.getHostConfig().getPidMode().equals("container:" + workspace.id()));
    }

    /** Helpers of other sessions may go between the list and the look at them. */
    private static Optional<InspectContainerResponse> inspected(String id) {
        try {
            return Optional.of(client().inspectContainerCmd(id).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    @Test
    void aShellOfTheContainerIsPreferredAndNoHelperIsMade() {
        helperImage = "holdfast-test/absent:1";

        assertDelivers(workspace(command -> {}), PLUGINS);
    }

    @Test
    void aContainerOfAnotherUserWithFilesOfItsOwnIsDeliveredToAsRoot() {
        Busybox workspace = workspace(
                DockerWorkspace.imageWithoutAShell(client()),
                command -> command.withUser("1000:1000").withCmd("/bin/busybox", "sleep", "100000"));
        workspace.sh("cd /bin; busybox chown -R 1000:1000 /configs; busybox chmod 0700 /configs");

        assertDelivers(workspace, PLUGINS);
        assertThat(workspace.sh("/bin/busybox stat -c %u:%g " + PLUGINS + "/n/SKILL.md"))
                .isEqualTo("0:0");
    }

    @Test
    void aReadOnlyRootCanOnlyBeLookedAtAndAVolumeInItIsWritten() {
        Busybox workspace = withoutAShell(volumeAt("/data").withReadonlyRootfs(true));

        assertReadOnly(workspace.address(PLUGINS));
        assertDelivers(workspace, "/data/configs/plugins");
    }

    @Test
    void aTmpfsIsRefusedBecauseAnUploadWouldBeInvisible() {
        Busybox workspace = withoutAShell(HostConfig.newHostConfig().withTmpFs(Map.of("/configs", "size=1m")));

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "use a volume");
    }

    @Test
    void aBindMountIsDeliveredToWhetherTheContainerRunsOrNot(@TempDir Path host) throws IOException {
        Busybox workspace = withoutAShell(HostConfig.newHostConfig().withBinds(bound(host, "/configs", AccessMode.rw)));

        assertDelivers(workspace, PLUGINS);
        Busybox reader = beside(workspace);
        workspace.kill();
        assertDeliversThoughStopped(workspace.address("/configs/others"), reader);
        reader.sh("rm -rf /configs/*");
    }

    @Test
    void aPathThatGoesThroughALinkIsRefusedBeforeAnyChange() {
        Busybox workspace = withoutAShell();
        workspace.sh("/bin/busybox ln -s /configs /linked");

        assertRefused(workspace.address("/linked/plugins"), Reason.TARGET_UNUSABLE, "/linked is a link to '/configs'");
        assertRefused(workspace.address("/linked"), Reason.TARGET_UNUSABLE, "name the path that it leads to");
    }

    /** Process number one would be the host's, and so would the files. */
    @Test
    void aContainerThatSharesTheProcessesOfTheHostIsRefusedBeforeAnyChange() {
        // Where containers have other users, none sees the processes of the machine.
        Busybox workspace =
                withoutAShell(HostConfig.newHostConfig().withPidMode("host").withUsernsMode("host"));

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "shares the processes of another");
    }

    @Test
    void aPausedContainerIsRefusedWithTheRemedy() {
        Busybox workspace = withoutAShell();
        client().pauseContainerCmd(workspace.id()).exec();
        try {
            assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "unpause it");
        } finally {
            client().unpauseContainerCmd(workspace.id()).exec();
        }
    }

    @Test
    void aStoppedContainerIsRefusedWhereNoVolumeIs() {
        Busybox workspace = workspaceWith(volumeAt("/data"));
        workspace.kill();

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "only what lies on a volume");
        assertDeliversThoughStopped(workspace.address("/data/plugins"), beside(workspace));
    }

    @Test
    void aContainerThatWasNeverStartedIsDeliveredToOnItsVolume() {
        String name = "holdfast-test-" + java.util.UUID.randomUUID();
        String id = client().createContainerCmd(Busybox.image(client()))
                .withName(name)
                .withHostConfig(volumeAt("/data"))
                .exec()
                .getId();
        try {
            assertDeliversThoughStopped(
                    new TargetAddress("docker", name, "/data/plugins"),
                    workspaceWith(HostConfig.newHostConfig().withVolumesFrom(new VolumesFrom(id))));
        } finally {
            client().removeContainerCmd(id).withRemoveVolumes(true).exec();
        }
    }

    @Test
    void aReadOnlyMountOfAStoppedContainerCanOnlyBeLookedAt(@TempDir Path host) throws IOException {
        Busybox workspace = workspaceWith(HostConfig.newHostConfig().withBinds(bound(host, "/configs", AccessMode.ro)));
        workspace.kill();

        if (podman()) {
            assertRefusedByPodman(workspace.address(PLUGINS));
        } else {
            assertReadOnly(workspace.address(PLUGINS));
        }
    }

    @Test
    void aHelperImageThatTheEngineLacksIsRefusedBeforeAnyChange() {
        helperImage = "holdfast-test/absent:1";

        assertRefusedUnchanged("pull the helper image");
    }

    @Test
    void aHelperImageWithoutSleepIsRefusedBeforeAnyChange() {
        helperImage = DockerWorkspace.imageWithoutAShell(client());

        assertRefusedUnchanged("name a helper image with sh and sleep");
    }

    @Test
    void aHelperImageWithoutAShellIsRefusedBeforeAnyChange() {
        helperImage = Busybox.imageWith(
                client(), "no-shell", "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"cd /bin && /bin/busybox rm sh ash\"]");

        assertRefusedUnchanged("has no shell that runs");
    }

    private void assertRefusedUnchanged(String remedy) {
        Busybox workspace = withoutAShell();
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            assertThatThrownBy(() -> session.upload("tree", Bundles.of("a", "b"), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining(remedy)
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_UNUSABLE);
        }
        assertUntouched(workspace);
    }

    @Test
    void aSessionThatOnlyLooksMakesNoHelper() {
        Busybox workspace = withoutAShell();
        helperImage = "holdfast-test/absent:1";

        try (TargetSession session = open(workspace.address(PLUGINS))) {
            assertThat(session.stat("n")).isEmpty();
            assertThat(session.read("n", 10)).isEmpty();
        }
    }

    /** Long before it would end by itself. */
    @Test
    void theHelperOfASessionIsRemovedWithIt() {
        Busybox workspace = withoutAShell();
        String helper;
        try (TargetSession session =
                target().open(workspace.address(PLUGINS), Deadline.after(Duration.ofMinutes(10)))) {
            session.run(FileScript.of(new FileStep.MakeDirectory("a")));
            helper = helperOf(workspace).getId();
            session.list("a");
            assertThat(helperOf(workspace).getId())
                    .as("one for the whole session")
                    .isEqualTo(helper);
        }

        assertGoes(helper);
    }

    /**
     * As when the JVM of the session dies: the helper sleeps until the deadline, and the engine removes what has ended.
     */
    @Test
    void aHelperWhoseSessionIsNeverClosedEndsAtTheDeadlineAndIsRemoved() {
        Busybox workspace = withoutAShell();
        TargetSession session = target().open(workspace.address(PLUGINS), Deadline.after(Duration.ofSeconds(90)));
        session.run(FileScript.of(new FileStep.MakeDirectory("a")));
        InspectContainerResponse helper = helperOf(workspace);

        assertThat(helper.getPath()).isEqualTo("sleep");
        assertThat(Integer.parseInt(helper.getArgs()[0])).isBetween(1, 91);
        client().killContainerCmd(helper.getId()).exec();
        assertGoes(helper.getId());
    }

    /** As when the JVM of the session dies between two calls. */
    @Test
    void aHelperThatWasNeverStartedIsRemovedByALaterSessionAndOneThatMayStillStartIsNot() {
        Instant now = Instant.now();
        String orphan = neverStarted(now.minus(Duration.ofHours(1)));
        String another = neverStarted(now.plus(Duration.ofHours(1)));
        try {
            assertDelivers(withoutAShell(), PLUGINS);

            assertGoes(orphan);
            assertThat(isThere(another)).isTrue();
        } finally {
            client().removeContainerCmd(another).exec();
        }
    }

    private static String neverStarted(Instant until) {
        return client().createContainerCmd(Busybox.image(client()))
                .withLabels(Map.of(LABEL, Long.toString(until.getEpochSecond())))
                .exec()
                .getId();
    }

    @Test
    void aHelperThatGoesAwayLeavesTheOutcomeUnknownAndTheSessionGoesOn() {
        Busybox workspace = withoutAShell();
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            session.run(FileScript.of(new FileStep.MakeDirectory("a")));
            Busybox.remove(client(), helperOf(workspace).getId());

            assertThatThrownBy(() -> session.list("a"))
                    .isInstanceOf(TransientException.class)
                    .hasMessageContaining("outcome is unknown");
            assertThat(session.list("a")).isEmpty();
        }
    }

    @Test
    void aContainerThatStopsIsToldAndSoIsOneThatIsRemoved() {
        Busybox workspace = withoutAShell();
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            session.run(FileScript.of(new FileStep.MakeDirectory("a")));
            workspace.kill();

            assertThatThrownBy(() -> session.list("a")).hasMessageContaining("start the container");
            if (podman()) { // It removes no container that shares its processes with another.
                helpersOf(workspace).forEach(helper -> Busybox.remove(client(), helper.getId()));
            }
            workspace.close();
            assertThatThrownBy(() -> session.list("a"))
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_NOT_FOUND);
        }
    }
}
