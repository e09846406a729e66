package dev.holdfast.release;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.holdfast.spi.delivery.HoldNote;
import dev.holdfast.spi.delivery.HolderProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The file of one hold, on the reader's side. Times are those of its file system: no clock of ours is asked. */
final class HoldFile {

    /** Far beyond the longest lease. */
    private static final Duration LONG_ENDED = Duration.ofDays(1);

    private static final int NAMES = 36 * 36 * 36 * 36 * 36;

    private final Path path;
    private final byte[] content;

    private HoldFile(Path path, byte[] content) {
        this.path = path;
        this.content = content;
    }

    /** Makes a file whose name begins so, and is nobody else's. */
    static HoldFile create(Path directory, String begin) throws IOException {
        Files.createDirectories(directory);
        Path path = exclusive(directory, begin + "." + ProcessHandle.current().pid());
        try {
            Instant now = Files.getLastModifiedTime(path).toInstant();
            HoldNote note = new HoldNote(Optional.of(now), HolderProcess.current());
            HoldFile file = new HoldFile(path, note.text().getBytes(StandardCharsets.UTF_8));
            if (!file.renew()) {
                throw new NoSuchFileException(path.toString(), null, "somebody removed the hold that was being taken");
            }
            requireFew(directory, now);
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static Path exclusive(Path directory, String begin) throws IOException {
        while (true) {
            String unique = Integer.toString(ThreadLocalRandom.current().nextInt(NAMES), Character.MAX_RADIX);
            try {
                return Files.createFile(directory.resolve(begin + "." + unique));
            } catch (FileAlreadyExistsException taken) {
                // Another hold of this process, or of one with this number in another container.
            }
        }
    }

    /** Writes the same again in place, which sets the time; never makes the file, which somebody may have removed. */
    boolean renew() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, NOFOLLOW_LINKS)) {
            channel.write(ByteBuffer.wrap(content), 0);
        } catch (NoSuchFileException e) {
            return false;
        }
        return Files.exists(path, NOFOLLOW_LINKS);
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    private static void requireFew(Path directory, Instant now) throws IOException {
        if (count(directory) <= HeldReleases.MOST) {
            return;
        }
        try (DirectoryStream<Path> holds = Files.newDirectoryStream(directory)) {
            for (Path hold : holds) {
                removeIfLongEnded(hold, now);
            }
        }
        if (count(directory) > HeldReleases.MOST) {
            throw new IOException(directory + " has " + HeldReleases.MOST
                    + " holds, the most that there may be; end some, or have a person break them");
        }
    }

    private static int count(Path directory) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> holds = Files.newDirectoryStream(directory)) {
            for (Path ignored : holds) {
                count++;
            }
        }
        return count;
    }

    /** As a collection does: renamed first, so that whoever renews it meanwhile is seen. */
    private static void removeIfLongEnded(Path hold, Instant now) throws IOException {
        String name = String.valueOf(hold.getFileName());
        try {
            if (!hasLongEnded(hold, now) || !HoldNote.isName(name)) {
                return;
            }
            Path ended = hold.resolveSibling(HoldNote.ENDED + name);
            Files.move(hold, ended, StandardCopyOption.ATOMIC_MOVE);
            if (hasLongEnded(ended, now)) {
                Files.deleteIfExists(ended);
            } else {
                Files.move(ended, hold, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (NoSuchFileException e) {
            // It ended meanwhile.
        }
    }

    private static boolean hasLongEnded(Path hold, Instant now) throws IOException {
        return Files.getLastModifiedTime(hold, NOFOLLOW_LINKS).toInstant().isBefore(now.minus(LONG_ENDED));
    }
}
