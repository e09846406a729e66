package dev.holdfast.examples.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A directory that is removed with all that is in it. */
record TemporaryDirectory(Path path) {

    private static final int MOST_PASSES = 50;
    private static final Duration BETWEEN_PASSES = Duration.ofMillis(100);

    static TemporaryDirectory create(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix).toRealPath();
        // A database that root's process runs as nobody has to come through.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        return new TemporaryDirectory(directory);
    }

    /** Removes it, also while somebody else still writes there for a moment: JGit measures disks in the background. */
    void remove() throws IOException {
        for (int pass = 1; Files.exists(path); pass++) {
            try {
                Files.walkFileTree(path, new Removal());
            } catch (DirectoryNotEmptyException e) {
                if (pass == MOST_PASSES) {
                    throw e;
                }
                LockSupport.parkNanos(BETWEEN_PASSES.toNanos());
            }
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
