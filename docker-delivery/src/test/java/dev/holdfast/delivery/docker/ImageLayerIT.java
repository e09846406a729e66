package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.release.Adoption;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins that came with an image: no rename moves a directory of its layers, and no exchange does. */
@Timeout(120)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class ImageLayerIT extends ContainerCases {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");

    private final MutableClock clock = MutableClock.create();
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private final List<String> images = new ArrayList<>();
    private DeliveryTarget target = DockerTarget.over(client());

    @Override
    @AfterEach
    void removeWorkspaces() {
        super.removeWorkspaces();
        images.forEach(image -> client().removeImageCmd(image).exec());
    }

    private Holdfast holdfast(Adoption adoption) {
        return Holdfast.builder()
                .clock(clock)
                .store(store)
                .resolver(resolver)
                .target(target)
                .adoption(adoption)
                .build();
    }

    private void install(Holdfast holdfast, String version, TargetAddress address) {
        clock.advance(Duration.ofSeconds(1));
        resolver.tag("greeter", version, resolver.commit("greeter", Map.of("SKILL.md", version)));
        holdfast.install(InstallRequest.of(WORKSPACE, Source.parse("scripted://greeter#tag:" + version), address));
    }

    private static String ls(Busybox workspace, String directory) {
        return workspace.sh("/bin/busybox ls -A " + PLUGINS + "/" + directory);
    }

    private static String live(Busybox workspace) {
        return workspace.sh("/bin/busybox cat " + PLUGINS + "/greeter/SKILL.md");
    }

    @Test
    void releasesOfTheImageAreUpgradedRolledBackToCollectedAndUninstalled() {
        lifeGoesOn(workspace(command -> {}));
    }

    @Test
    void releasesOfAnImageWithoutAShellAreUpgradedRolledBackToCollectedAndUninstalled() {
        target = DockerTarget.over(client()).helperImage(Busybox.image(client()));

        lifeGoesOn(workspace(
                DockerWorkspace.imageWithoutAShell(client()),
                command -> command.withCmd("/bin/busybox", "sleep", "100000")));
    }

    private void lifeGoesOn(Busybox first) {
        TargetAddress address = first.address(PLUGINS);
        try (Holdfast holdfast = holdfast(Adoption.REFUSE)) {
            for (int i = 1; i <= 3; i++) {
                install(holdfast, "v" + i + ".0.0", address);
            }
            try (TargetSession session = open(target, address)) {
                session.upload(".staging/greeter/left", Bundles.of("SKILL.md", "left"), Progress.NONE);
            }
            Busybox second = committed(first);

            install(holdfast, "v4.0.0", address);
            install(holdfast, "v5.0.0", address);
            assertThat(live(second)).isEqualTo("v5.0.0");
            assertThat(ls(second, ".releases/greeter").lines()).hasSize(5);

            clock.advance(Duration.ofHours(2));
            assertThat(holdfast.collect().failed()).isZero();
            assertThat(ls(second, ".releases/greeter").lines())
                    .as("three good ones")
                    .hasSize(3);
            assertThat(ls(second, ".staging/greeter")).isEmpty();
            assertThat(live(second)).isEqualTo("v5.0.0");

            holdfast.rollback(new InstallKey(WORKSPACE, GREETER), "tester");
            holdfast.rollback(new InstallKey(WORKSPACE, GREETER), "tester");
            assertThat(live(second)).as("of the image").isEqualTo("v3.0.0");
            assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isEqualTo(new Verification.Intact());

            holdfast.uninstall(new InstallKey(WORKSPACE, GREETER), "tester");
            clock.advance(Duration.ofHours(2));
            assertThat(holdfast.collect().failed()).isZero();
            for (String directory : ls(second, "").lines().toList()) {
                assertThat(ls(second, directory)).as(directory).isEmpty();
            }
        }
    }

    /** Returns a container of the same name, made from an image that was made from this one. */
    private Busybox committed(Busybox first) {
        String image = client().commitCmd(first.id()).exec();
        first.close();
        images.add(image);
        return workspaceAs(first.name(), image);
    }

    private static TargetSession open(DeliveryTarget target, TargetAddress address) {
        return target.open(address, dev.holdfast.spi.Deadline.after(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @EnumSource(Adoption.class)
    void aDirectoryOfTheImageAtTheLivePathIsRefusedAndStaysWhateverTheAdoption(Adoption adoption) {
        Busybox workspace = workspaceOf(Busybox.imageWith(
                client(),
                "plain",
                "RUN [\"/bin/sh\", \"-c\", \"cd /configs/plugins && mkdir -p greeter/a && echo old >greeter/a/f\"]"));
        String inode = workspace.sh("ls -id " + PLUGINS + "/greeter");
        try (Holdfast holdfast = holdfast(adoption)) {
            assertThatThrownBy(() -> install(holdfast, "v1.0.0", workspace.address(PLUGINS)))
                    .isInstanceOfSatisfying(
                            PermanentException.class,
                            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.OCCUPIED));

            assertThat(workspace.sh("ls -id " + PLUGINS + "/greeter")).isEqualTo(inode);
            assertThat(workspace.sh("cat " + PLUGINS + "/greeter/a/f")).isEqualTo("old");
            clock.advance(Duration.ofHours(2));
            assertThat(holdfast.collect().failed()).isZero();
            assertThat(workspace.sh("cd " + PLUGINS + " && find . ! -type d")).isEqualTo("./greeter/a/f");
        }
    }
}
