package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Reuse;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Also for a reader that has a file open, a file that nobody may write, and a write that a listing does not show. */
final class DirectoryReuseTest extends ReuseContract {

    @TempDir
    private Path directory;

    @Override
    protected DeliveryTarget target() {
        return DirectoryTarget.create().durable(false);
    }

    @Override
    protected TargetAddress address() {
        return TargetAddress.parse("dir://" + directory.resolve("configs/plugins"));
    }

    @Test
    void aReaderWithAnOpenFileGoesOnAfterItsReleaseWasCollected() throws IOException {
        story.release("v1.0.0", Map.of("shared", "shared by all", "own", "one"));
        story.install("tag:v1.0.0");
        try (InputStream reader = Files.newInputStream(live("shared"))) {
            for (int i = 2; i < 7; i++) {
                story.release("v" + i + ".0.0", Map.of("shared", "shared by all", "own", "number " + i));
                story.install("tag:v" + i + ".0.0");
            }
            story.clock().advance(Duration.ofHours(3));
            story.holdfast().collect();

            assertThat(reader.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("shared by all");
        }
        assertThat((int) Files.getAttribute(live("shared"), "unix:nlink")).isBetween(2, 5);
    }

    @Test
    void aFileThatWasMadeReadOnlyKeepsItsModeAndTheNextReleaseHasItsOwn() throws IOException {
        story.release("v1.0.0", Map.of("shared", "shared by all", "own", "one"));
        story.install("tag:v1.0.0");
        Path older = live("shared").toRealPath();
        Files.setPosixFilePermissions(older, PosixFilePermissions.fromString("r--r--r--"));

        story.release("v2.0.0", Map.of("shared", "shared by all", "own", "two"));
        story.install("tag:v2.0.0");

        assertThat(Files.getPosixFilePermissions(older)).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
        assertThat(Files.getPosixFilePermissions(live("shared")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Ext4 gives a file 65,000 names; where there is no limit, this one is a link as any other. */
    @Test
    void aFileThatCanHaveNoMoreNamesIsWritten() throws IOException {
        story.release("v1.0.0", Map.of("shared", "shared by all", "own", "one"));
        story.install("tag:v1.0.0");
        Path file = live("shared").toRealPath();
        Path names = Files.createDirectory(directory.resolve("names"));
        boolean limited = false;
        for (int i = 0; i < 65_000 && !limited; i++) {
            limited = !hasAnotherName(file, names.resolve("n" + i));
        }

        story.release("v2.0.0", Map.of("shared", "shared by all", "own", "two"));
        story.install("tag:v2.0.0");

        assertThat(Files.isSameFile(file, live("shared"))).isEqualTo(!limited);
        assertThat(story.live()).containsEntry("shared", "file: shared by all").containsEntry("own", "file: two");
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    private static boolean hasAnotherName(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
            return true;
        } catch (FileSystemException e) {
            assertThat(e.getReason()).containsIgnoringCase("too many links");
            return false;
        }
    }

    /** Size and time are what they were: a listing shows nothing, and only who reads finds it. */
    @Test
    void aWriteWhoseTimeWasPutBackIsFoundOnlyByReading() throws IOException {
        story.release("v1.0.0", Map.of("shared", "shared by all", "own", "one"));
        story.install("tag:v1.0.0");
        FileTime delivered = Files.getLastModifiedTime(live("shared"));
        Files.writeString(live("shared"), "SHARED BY ALL");
        Files.setLastModifiedTime(live("shared"), delivered);

        story.reuse(Reuse.compared().atLeast(0));
        story.release("v2.0.0", Map.of("shared", "shared by all", "own", "two"));
        story.install("tag:v2.0.0");

        assertThat(story.live()).containsEntry("shared", "file: shared by all");
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    private Path live(String file) {
        return directory.resolve("configs/plugins/greeter").resolve(file);
    }
}
