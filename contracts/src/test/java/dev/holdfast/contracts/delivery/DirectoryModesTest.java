package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the modes of a delivery are in a directory that passes on its own, and what becomes of one that is changed
 * later.
 */
final class DirectoryModesTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");

    @TempDir
    Path place;

    /** A default ACL overrules the umask, and a directory takes the set-group-id bit from its parent. */
    @Test
    @Needs(Facility.ACL)
    void theModesOfTheContractHoldBelowADirectoryThatPassesOnItsOwn() throws Exception {
        Files.setAttribute(place, "unix:mode", 02770);
        Process setfacl = new ProcessBuilder("setfacl", "-d", "-m", "g::rwx,o::-", place.toString()).start();
        assertThat(setfacl.waitFor()).isZero();

        installed();

        try (Stream<Path> all = Files.walk(place)) {
            List<String> odd = all.skip(1)
                    .filter(path -> !Files.isSymbolicLink(path))
                    .filter(path -> mode(path) != (Files.isDirectory(path) ? 0755 : 0644))
                    .map(path -> place.relativize(path) + " " + Integer.toOctalString(mode(path)))
                    .toList();
            assertThat(odd).isEmpty();
        }
    }

    @Test
    void verifyTellsOfAModeThatSomebodyHasChanged() throws Exception {
        Holdfast holdfast = installed();
        Files.setAttribute(place.resolve("greeter/SKILL.md"), "unix:mode", 04644);

        Verification found = holdfast.verify(new InstallKey(WORKSPACE, PluginName.of("greeter")));

        assertThat(found)
                .isInstanceOfSatisfying(
                        Verification.Tampered.class,
                        tampered -> assertThat(tampered.changed()).containsExactly("SKILL.md"));
    }

    private Holdfast installed() {
        ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
        sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "hello", "d/e/f", "deep")));
        Holdfast holdfast = Holdfast.builder()
                .resolver(sources)
                .target(DirectoryTarget.create().durable(false))
                .store(InMemoryTrackingStore.create())
                .build();
        holdfast.install(InstallRequest.of(
                WORKSPACE,
                Source.parse("scripted://greeter#ref:main"),
                new TargetAddress("dir", "", place.toString())));
        return holdfast;
    }

    private static int mode(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:mode") & 07777;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
