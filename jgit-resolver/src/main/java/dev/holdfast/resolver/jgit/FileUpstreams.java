package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;

/**
 * Repositories of this machine, read in place: no transport, no copy, and only below the roots that the host allows.
 */
record FileUpstreams(List<Path> roots) {

    FileUpstreams {
        roots = List.copyOf(roots);
    }

    RepositoryUse open(GitLocation location) {
        try {
            Path path = Path.of(location.url().getPath());
            if (!allowed(path)) {
                throw new PermanentException(
                        Reason.FORBIDDEN,
                        location + " is not below a directory from which git+file sources are allowed; allow it with"
                                + " allowFiles, or move the repository");
            }
            File directory = FileKey.resolve(path.toFile(), FS.DETECTED);
            if (directory == null || !allowed(directory.toPath())) {
                throw absent(location);
            }
            if (isSha256(directory)) {
                throw Advertisement.sha256(location);
            }
            return new InPlace(
                    location,
                    new FileRepositoryBuilder()
                            .setGitDir(directory)
                            .setMustExist(true)
                            .build());
        } catch (RepositoryNotFoundException e) {
            throw absent(location);
        } catch (IOException e) {
            throw unreadable(location, e);
        }
    }

    /** Returns the refs that begin with one of {@code prefixes}, peeled. */
    Collection<Ref> refs(GitLocation location, Collection<String> prefixes) {
        try (RepositoryUse use = open(location)) {
            RefDatabase refs = use.repository().getRefDatabase();
            List<Ref> found = new ArrayList<>();
            for (String prefix : prefixes) {
                Ref exact = prefix.endsWith("/") ? null : refs.exactRef(prefix);
                List<Ref> matching = prefix.endsWith("/") ? refs.getRefsByPrefix(prefix) : List.of();
                for (Ref ref : exact == null ? matching : List.of(exact)) {
                    found.add(refs.peel(ref));
                }
            }
            return found;
        } catch (IOException e) {
            throw unreadable(location, e);
        }
    }

    private static boolean isSha256(File directory) throws IOException {
        FileBasedConfig config = new FileBasedConfig(null, new File(directory, "config"), FS.DETECTED);
        try {
            config.load();
            return "sha256".equalsIgnoreCase(config.getString("extensions", null, "objectFormat"));
        } catch (ConfigInvalidException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Compared as the file system sees them: a link below a root that leads out of it leads nowhere. */
    private boolean allowed(Path path) throws IOException {
        if (!path.toFile().exists()) {
            return roots.stream().anyMatch(path.normalize()::startsWith);
        }
        Path real = path.toRealPath();
        for (Path root : roots) {
            if (root.toFile().exists() && real.startsWith(root.toRealPath())) {
                return true;
            }
        }
        return false;
    }

    private static PermanentException absent(GitLocation location) {
        return new PermanentException(Reason.SOURCE_NOT_FOUND, location + " is no git repository; check the path");
    }

    private static TransientException unreadable(GitLocation location, IOException e) {
        return new TransientException(Reason.UNREACHABLE, location + " cannot be read: " + e.getMessage(), e);
    }

    private record InPlace(GitLocation location, Repository repository) implements RepositoryUse {

        @Override
        public void suspect() {
            // the repository is not ours to mend
        }

        @Override
        public HoldfastException broken(IOException failure) {
            return unreadable(location, failure);
        }

        @Override
        public void close() {
            repository.close();
        }
    }
}
