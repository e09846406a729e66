package dev.holdfast.resolver.local;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A directory below a root, whose files are opened without following a link anywhere below that root.
 *
 * @param root the host's root
 * @param location the way down, plain names only
 * @param path both together
 */
record LocalFolder(Path root, String location, Path path) {

    /**
     * Returns the folder.
     *
     * @throws PermanentException if it does not exist, or a link stands on the way to it
     */
    static LocalFolder of(Path root, String location) {
        Path path = root;
        for (String segment : location.split("/", -1)) {
            path = path.resolve(segment);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                String what = Files.isSymbolicLink(path) ? "a symbolic link, which is never followed" : "no directory";
                throw new PermanentException(
                        Reason.SOURCE_NOT_FOUND,
                        "local://" + location + " is not there: " + path + " is " + what
                                + "; put the plugin's directory below " + root);
            }
        }
        return new LocalFolder(root, location, path);
    }

    /** Opens a regular file; a link on the way, or put there meanwhile, is an error. */
    InputStream open(String relative) throws IOException {
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            return top instanceof SecureDirectoryStream<Path> secure
                    ? openBelow(secure, Path.of(location).resolve(relative), 0)
                    : openByPath(relative);
        }
    }

    /** Goes down by file descriptors, so nobody can swap a directory for a link between a check and its use. */
    private static InputStream openBelow(SecureDirectoryStream<Path> at, Path way, int depth) throws IOException {
        Path step = way.getName(depth);
        if (depth == way.getNameCount() - 1) {
            return Channels.newInputStream(
                    at.newByteChannel(step, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        }
        try (SecureDirectoryStream<Path> below = at.newDirectoryStream(step, LinkOption.NOFOLLOW_LINKS)) {
            return openBelow(below, way, depth + 1);
        }
    }

    private InputStream openByPath(String relative) throws IOException {
        Path file = path.resolve(relative);
        Path parent = file.getParent();
        if (parent == null || !parent.toRealPath().startsWith(root.toRealPath())) {
            throw new NoSuchFileException(file.toString(), null, "a link stands on the way");
        }
        return Channels.newInputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }
}
