package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a cache directory that is full from a server that fails: inside JGit both end the same fetch. */
final class FullDisk {

    private static final Set<String> WORDS = Set.of(
            "No space left on device",
            "Disk quota exceeded",
            "File too large",
            "There is not enough space on the disk");

    private static final int DEPTH = 20;

    private FullDisk() {}

    /** Returns what to throw if {@code failure} says that {@code directory} is full; {@code null} if it does not. */
    static @Nullable TransientException found(Path directory, Throwable failure) {
        Throwable at = failure;
        for (int i = 0; at != null && i < DEPTH; i++) {
            if (saysSo(at)) {
                return new TransientException(
                        Reason.NO_SPACE,
                        "the git cache in " + directory + " is full ("
                                + directory.toFile().getUsableSpace()
                                + " bytes are free there); free space, or lower the cache limit",
                        at);
            }
            at = at.getCause();
        }
        return null;
    }

    /** Only what the JDK throws of files counts: other exceptions may repeat the words of a server. */
    private static boolean saysSo(Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return file.getReason() != null && WORDS.contains(file.getReason());
        }
        return failure.getClass() == IOException.class
                && failure.getMessage() != null
                && WORDS.contains(failure.getMessage());
    }
}
