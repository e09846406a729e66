package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.TmpfsOptions;
import com.github.dockerjava.api.model.Volume;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that cannot be delivered to, and odd ones that can. */
@Timeout(120)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class ContainerStateIT extends ContainerCases {

    private static final String LOOK_AT_OLDER =
            "cd /data/plugins/older && ls -A | sort && stat -c '%s %Y %a %u %g %h %n' * && cat *";

    @Test
    void anAbsentContainerIsNotFound() {
        assertRefused(
                TargetAddress.parse("docker://holdfast-no-such-container/configs/plugins"),
                Reason.TARGET_NOT_FOUND,
                "check the container's name");
    }

    @Test
    void aStoppedContainerIsRefusedWithTheRemedy() {
        Busybox workspace = workspace(command -> {});
        Busybox withVolume = workspaceWith(HostConfig.newHostConfig()
                .withMounts(List.of(new Mount().withType(MountType.VOLUME).withTarget(PLUGINS))));
        workspace.kill();
        withVolume.kill();

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "start it, or give it a volume there");
        assertRefused(withVolume.address(PLUGINS), Reason.TARGET_UNUSABLE, "start it, or name an image");
    }

    @Test
    void aPausedContainerIsRefusedWithTheRemedy() {
        Busybox workspace = workspace(command -> {});
        client().pauseContainerCmd(workspace.id()).exec();
        try {
            assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "unpause it");
        } finally {
            client().unpauseContainerCmd(workspace.id()).exec();
        }
    }

    @Test
    void aContainerThatIsPausedAfterwardsIsRefusedByItsScript() {
        Busybox workspace = workspace(command -> {});
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            client().pauseContainerCmd(workspace.id()).exec();

            assertThatThrownBy(() -> session.run(FileScript.of(new FileStep.MakeDirectory("a"))))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("unpause");
        } finally {
            client().unpauseContainerCmd(workspace.id()).exec();
        }
    }

    @Test
    void aContainerWithoutAShellIsRefusedBeforeAnyChange() {
        Busybox workspace = workspaceOf(Busybox.imageWith(
                client(), "no-shell", "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"cd /bin && /bin/busybox rm sh ash\"]"));

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "DockerTarget.helperImage");
        assertUntouched(workspace);
    }

    @Test
    void aShellInAnotherPlaceIsFoundByThePath() {
        Busybox workspace = workspaceOf(Busybox.imageWith(
                client(),
                "odd-shell",
                "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"mkdir /odd && mv /bin/sh /odd/sh\"]",
                "ENV PATH=/odd:/bin"));

        assertDelivers(workspace, PLUGINS);
    }

    @Test
    void aTmpfsIsRefusedBecauseAnUploadWouldBeInvisible() {
        Busybox direct = workspaceWith(HostConfig.newHostConfig().withTmpFs(Map.of("/configs", "size=1m")));
        Busybox mounted = workspaceWith(HostConfig.newHostConfig()
                .withMounts(List.of(new Mount()
                        .withType(MountType.TMPFS)
                        .withTarget(PLUGINS)
                        .withTmpfsOptions(new TmpfsOptions().withSizeBytes(1_000_000L)))));

        assertRefused(direct.address(PLUGINS), Reason.TARGET_UNUSABLE, "use a volume");
        assertRefused(mounted.address(PLUGINS), Reason.TARGET_UNUSABLE, "use a volume");
        assertRefused(mounted.address("/dev/shm/plugins"), Reason.TARGET_UNUSABLE, "another path");
    }

    @Test
    void aMountAmongOurOwnFoldersIsRefused(@TempDir Path host) {
        Busybox workspace = workspaceWith(
                HostConfig.newHostConfig().withBinds(new Bind(host.toString(), new Volume(PLUGINS + "/.staging"))));

        assertRefused(workspace.address(PLUGINS), Reason.TARGET_UNUSABLE, "mount the whole path");
    }

    @Test
    void aReadOnlyRootCanOnlyBeLookedAtAndAVolumeInItIsWritten() {
        Busybox workspace = workspaceWith(HostConfig.newHostConfig()
                .withReadonlyRootfs(true)
                .withMounts(List.of(new Mount().withType(MountType.VOLUME).withTarget("/data"))));

        assertReadOnly(workspace.address(PLUGINS));
        assertDelivers(workspace, "/data/configs/plugins");
    }

    @Test
    void aReadOnlyMountCanOnlyBeLookedAt(@TempDir Path host) throws IOException {
        Busybox workspace = workspaceWith(HostConfig.newHostConfig().withBinds(bound(host, "/configs", AccessMode.ro)));

        assertReadOnly(workspace.address(PLUGINS));
    }

    @Test
    void aBindMountAndAVolumeAtThePathItselfAreGoodPlaces(@TempDir Path host) throws IOException {
        assertDelivers(
                workspaceWith(HostConfig.newHostConfig().withBinds(bound(host, PLUGINS, AccessMode.rw))), PLUGINS);
        assertDelivers(
                workspaceWith(HostConfig.newHostConfig()
                        .withMounts(
                                List.of(new Mount().withType(MountType.VOLUME).withTarget(PLUGINS)))),
                PLUGINS);
    }

    @Test
    void anImageThatNamesAnotherUserIsDeliveredToAsRoot() {
        Busybox workspace = workspace(command -> command.withUser("1000:1000"));

        assertDelivers(workspace, PLUGINS);
        assertThat(workspace.sh("stat -c %u:%g " + PLUGINS + "/n/SKILL.md")).isEqualTo("0:0");
    }

    /** Known failure: the engine wrote what root of the container could not, and each try left a folder more. */
    @Test
    void aDirectoryThatRootOfTheContainerMayNotWriteIsRefusedAndStaysEmpty(@TempDir Path host) throws IOException {
        Path others = Files.createDirectory(host.resolve("others"));
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxr-xr-x"));
        Busybox workspace = workspaceWith(HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withBinds(new Bind(others.toString(), new Volume("/data"))));
        Files.setAttribute(others, "unix:uid", 1234);
        Files.setPosixFilePermissions(others, PosixFilePermissions.fromString("rwxr-xr-x"));

        try (TargetSession session = open(workspace.address("/data/plugins"))) {
            assertThatThrownBy(() -> session.upload(".staging/n/1", Bundles.of("a", "b"), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("root of the container cannot write")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_READ_ONLY);
        }
        assertThat(others).isEmptyDirectory();
    }

    /** Known failure: mv would copy it. */
    @Test
    void aDirectoryOfTheImageAtTheLivePathIsRefusedAndStays() {
        Busybox workspace = workspaceOf(
                Busybox.imageWith(
                        client(),
                        "layered",
                        "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"mkdir /configs/plugins/n; echo old > /configs/plugins/n/f\"]"));
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            ScriptResult result = session.run(FileScript.of(
                    new FileStep.MakeDirectory(".flip"),
                    new FileStep.PointLink(".flip/n", ".releases/n/1"),
                    new FileStep.ReplaceLink(".flip/n", "n")));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ScriptResult.Failed.class, f -> assertThat(f.step()).isEqualTo(2));
        }
        assertThat(workspace.sh("ls -A " + PLUGINS + "/n")).isEqualTo("f");
    }

    @Test
    void aMountPointAtTheLivePathIsRefusedAndStays(@TempDir Path host) throws IOException {
        Busybox workspace =
                workspaceWith(HostConfig.newHostConfig().withBinds(bound(host, PLUGINS + "/n", AccessMode.rw)));
        try (TargetSession session = open(workspace.address(PLUGINS))) {
            ScriptResult result = session.run(FileScript.of(
                    new FileStep.MakeDirectory(".flip"),
                    new FileStep.PointLink(".flip/n", ".releases/n/1"),
                    new FileStep.ReplaceLink(".flip/n", "n")));

            assertThat(result).isInstanceOf(ScriptResult.Failed.class);
        }
        assertThat(workspace.sh("ls -A " + PLUGINS + "/n")).isEmpty();
    }

    /** Makes a small volume, bounded by one option. */
    private String tmpfs(String bound) {
        return client().createVolumeCmd()
                .withName("holdfast-test-" + UUID.randomUUID())
                .withDriverOpts(Map.of("type", "tmpfs", "device", "tmpfs", "o", bound))
                .withLabels(Map.of("dev.holdfast.test", "volume"))
                .exec()
                .getName();
    }

    private Busybox over(String volume) {
        return Busybox.start(
                client(),
                command -> command.withHostConfig(
                        HostConfig.newHostConfig().withBinds(new Bind(volume, new Volume("/data")))));
    }

    @Test
    void aFullVolumeIsToldAsNoSpace() {
        String volume = tmpfs("nr_blocks=64");
        try (Busybox workspace = over(volume);
                TargetSession session = open(workspace.address("/data/plugins"))) {
            assertThatThrownBy(() -> session.upload(
                            "tree",
                            Bundles.builder()
                                    .generated("big", 2_000_000)
                                    .file(".complete", "c")
                                    .build(),
                            Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.NO_SPACE);
            assertThat(session.stat("tree/.complete")).isEmpty();
            assertThat(session.run(FileScript.of(new FileStep.WriteFile("file", "x".repeat(4096)))))
                    .isInstanceOfSatisfying(
                            ScriptResult.Failed.class,
                            f -> assertThat(f.reason()).as(f.message()).isEqualTo(Reason.NO_SPACE));
        } finally {
            client().removeVolumeCmd(volume).exec();
        }
    }

    /** On a tmpfs a name costs as much as a file: the links run out of them, and so does then the whole. */
    @Test
    void aVolumeThatIsFullInTheMiddleOfLinkingKeepsTheOlderReleaseAndMarksNothing() {
        String volume = tmpfs("nr_inodes=40");
        try (Busybox workspace = over(volume);
                TargetSession session = open(workspace.address("/data/plugins"))) {
            session.upload("older", new TwinBundle(20, Optional.empty()), Progress.NONE);
            String before = workspace.sh(LOOK_AT_OLDER);

            assertThatThrownBy(() -> session.upload("newer", new TwinBundle(20, Optional.of("older")), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.NO_SPACE);

            assertThat(session.stat("newer/.complete")).isEmpty();
            session.run(FileScript.of(new FileStep.RemoveTree("newer")));
            assertThat(workspace.sh(LOOK_AT_OLDER)).isEqualTo(before);
        } finally {
            client().removeVolumeCmd(volume).exec();
        }
    }
}
