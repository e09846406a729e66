package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.FaultStory.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.CollectReport;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a directory and its disk, in the middle of an upgrade from v1.0.0 to v2.0.0. */
final class DirectoryFaultsIT extends ClockFaults {

    @TempDir
    private Path directory;

    @Override
    FaultStory story() {
        FaultStory story =
                new FaultStory(DirectoryTarget.create(), TargetAddress.parse("dir://" + directory + "/disk/plugins"));
        story.install("v1.0.0");
        return story;
    }

    @Test
    @Needs(Facility.MOUNT)
    void aDiskThatIsFullKeepsTheOldVersionAndNoLeftOvers() throws Exception {
        try (Disk disk = new Disk(directory.resolve("disk"));
                FaultStory story = story()) {
            assertFails(Reason.NO_SPACE, () -> story.install("v2.0.0", 3_000_000, () -> {}));

            assertThat(disk.path().resolve("plugins/greeter/SKILL.md")).hasContent("v1.0.0");
            assertThat(story.names(".staging/greeter")).isEmpty();
            story.assertSettled("v1.0.0");
        }
    }

    @Test
    @Needs(Facility.MOUNT)
    void aDiskThatBecomesReadOnlyBeforeTheSwapKeepsTheOldVersion() throws Exception {
        try (Disk disk = new Disk(directory.resolve("disk"));
                FaultStory story = story()) {
            assertFails(Reason.TARGET_READ_ONLY, () -> story.installStalling("v2.0.0", () -> disk.remount("ro")));
            assertThat(disk.path().resolve("plugins/greeter/SKILL.md")).hasContent("v1.0.0");

            disk.remount("rw");
            story.assertSettled("v1.0.0");
        }
    }

    /** With all inodes used, what gives some back must need none. */
    @Test
    @Needs(Facility.MOUNT)
    void whereAllInodesAreUsedARollbackAndARemovalStillWork() throws Exception {
        try (Disk disk = new Disk(directory.resolve("disk"), "size=4m,nr_inodes=150");
                FaultStory story = story()) {
            for (String version : List.of("v2.0.0", "v3.0.0", "v4.0.0", "v5.0.0")) {
                story.install(version);
            }
            story.clock().advance(Duration.ofHours(2));
            disk.useAllInodes();

            story.holdfast().rollback(InstallKey.of("ws-1", "greeter"), "tester");
            story.assertIntact("v4.0.0");
            disk.useAllInodes();
            story.holdfast().uninstall(InstallKey.of("ws-1", "greeter"), "tester");

            assertThat(story.live()).isEqualTo(FaultStory.NONE);
        }
    }

    @Test
    @Needs(Facility.MOUNT)
    void whereAllInodesAreUsedACollectionOfManyReleasesGivesThemBack() throws Exception {
        try (Disk disk = new Disk(directory.resolve("disk"), "size=64m,nr_inodes=300");
                FaultStory story = story()) {
            for (int minor = 1; minor <= 16; minor++) {
                story.install("v1." + minor + ".0");
            }
            story.clock().advance(Duration.ofHours(2));
            disk.useAllInodes();

            CollectReport report = story.holdfast().collect();

            assertThat(report.failed()).isZero();
            assertThat(report.releases()).isGreaterThan(10);
            story.assertIntact("v1.16.0");
        }
    }

    /** An operator looks just when a file system went read-only. */
    @Test
    @Needs(Facility.MOUNT)
    void aDiskThatIsReadOnlyCanBeVerifiedAndRefusesChanges() throws Exception {
        try (Disk disk = new Disk(directory.resolve("disk"));
                FaultStory story = story()) {
            disk.remount("ro");

            story.assertIntact("v1.0.0");
            assertFails(Reason.TARGET_READ_ONLY, () -> story.install("v2.0.0"));

            disk.remount("rw");
            story.assertSettled("v1.0.0");
        }
    }

    /** A file system of two megabytes. */
    private record Disk(Path path, String options) implements AutoCloseable {

        Disk(Path path) {
            this(path, "size=2m");
        }

        Disk {
            try {
                Files.createDirectories(path);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            run("mount", "-t", "tmpfs", "-o", options, "holdfast-test", path.toString());
        }

        void useAllInodes() throws IOException {
            try {
                for (int i = 0; i < 1000; i++) {
                    Files.createTempFile(path, "filler", "");
                }
            } catch (java.nio.file.FileSystemException full) {
                assertThat(full).hasMessageContaining("No space left");
            }
        }

        void remount(String mode) {
            run("mount", "-o", "remount," + mode, path.toString());
        }

        @Override
        public void close() {
            run("umount", path.toString());
        }

        private static void run(String... command) {
            try {
                assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                        .isZero();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
