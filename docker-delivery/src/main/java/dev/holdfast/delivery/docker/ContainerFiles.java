package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The archive side of one container: single files and whole trees, by absolute path, without a shell.
 *
 * <p>{@code HEAD} of a path takes 1 to 3 ms and says what is there, but of a link only where it leads in the end;
 * {@code GET} takes 60 to 90 ms and says what is stored. So a look is a {@code HEAD}, and for a link a {@code GET}
 * after it; not for one into a hidden folder beside it, which each delivery looks at twice and {@link PathStat#entry}
 * can tell.
 */
final class ContainerFiles {

    private final DockerClient client;
    private final String id;
    private final DockerCalls calls;

    ContainerFiles(DockerClient client, String id, DockerCalls calls) {
        this.client = client;
        this.id = id;
        this.calls = calls;
    }

    DockerCalls calls() {
        return calls;
    }

    /**
     * Returns what stands at {@code path}, the last segment not followed. Podman's {@code GET} follows it: there what a
     * link holds stays unknown, unless it is one that {@link PathStat#entry} can tell.
     */
    Optional<Entry> look(String path) {
        Optional<Entry> entry = shallow(path);
        return entry.isPresent() && isUnknownLink(entry.get())
                ? stored(path)
                        .filter(stored -> stored.kind() == Entry.Kind.LINK)
                        .or(() -> entry)
                : entry;
    }

    /** Returns whether an entry is a link of which nobody has said yet what it holds. */
    static boolean isUnknownLink(Entry entry) {
        return entry.kind() == Entry.Kind.LINK && entry.linkTarget().isEmpty();
    }

    /** As {@link #look}, but may not say what a link points to. */
    Optional<Entry> shallow(String path) {
        return client instanceof DockerClientImpl known
                ? calls.ask("looking at " + path, () -> head(known.getHttpClient(), path))
                : stored(path);
    }

    /**
     * As {@link #shallow}, in one call. Empty may also mean that the container has gone: for whoever changes something
     * next, and is told so then.
     */
    Optional<Entry> glanced(String path) {
        return client instanceof DockerClientImpl known
                ? calls.ask("looking at " + path, () -> headAlone(known.getHttpClient(), path))
                : stored(path);
    }

    /** As {@link #look}, by one {@code GET}: dear for what is there, cheap for what is not. */
    Optional<Entry> stored(String path) {
        return archived(path, archive -> archive.entry(path));
    }

    /** Returns the content of a file, unless it is larger. */
    Optional<byte[]> read(String path, int maxBytes) {
        return archived(path, archive -> archive.isLink() ? Optional.empty() : content(path, archive, maxBytes));
    }

    private static Optional<byte[]> content(String path, ContainerArchive archive, int maxBytes) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(archive.body(), "UTF-8");
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null || !entry.isFile() || entry.isSymbolicLink()) {
            return Optional.empty();
        }
        if (entry.getSize() > maxBytes) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    path + " has " + entry.getSize() + " bytes, more than the " + maxBytes + " that are read of it");
        }
        return Optional.of(tar.readNBytes(maxBytes));
    }

    /**
     * Refuses a path that goes through a link. The engine follows it within the container; a helper would follow an
     * absolute one to its own files.
     */
    void refuseLinks(TargetAddress address) {
        String path = address.path();
        for (int end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) {
            refuseLink(address, path.substring(0, end));
        }
        refuseLink(address, path);
    }

    /** Returns whether Podman takes a path for a pattern, and says that nothing is there. */
    static boolean isPattern(String path) {
        return path.chars().anyMatch(c -> "*?[\\".indexOf(c) >= 0);
    }

    /**
     * Refuses a path that the engine would take for a pattern, where a whole directory must go through its archives.
     */
    void refusePattern(String path) {
        if (isPattern(path) && calls.ask("asking for its version", () -> EngineAnswer.isPodman(client))) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    path + " holds one of *?[\\, which Podman takes for a pattern; name another directory");
        }
    }

    /** Returns whether the container's root may be unable to write where the engine can. */
    boolean isDoubtful(RootReach reach) {
        return reach != RootReach.FULL && calls.ask("asking how it runs", () -> reach.isDoubtful(client));
    }

    private void refuseLink(TargetAddress address, String path) {
        if (look(path).filter(entry -> entry.kind() == Entry.Kind.LINK).isPresent()) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    address + ": " + path + " is a link to '" + target(path)
                            + "', which a helper container cannot follow; name the path that it leads to");
        }
    }

    /** Returns what a link holds or, where the engine does not say so, where it leads; for messages. */
    String target(String link) {
        return look(link)
                .flatMap(Entry::linkTarget)
                .or(() -> archived(link, ContainerArchive::leadsTo))
                .orElse("somewhere");
    }

    /** Starts to read a directory as an archive; empty if there is none. The stream ends at the deadline. */
    Optional<InputStream> directory(String path) {
        return calls.ask("reading " + path, () -> {
                    Optional<ContainerArchive> archive = ContainerArchive.get(client, id, path);
                    if (archive.isPresent() && archive.get().isNoDirectory()) {
                        archive.get().close();
                        return Optional.<ContainerArchive>empty();
                    }
                    return archive;
                })
                .map(archive -> new BoundedStream(archive.body(), calls.deadline()));
    }

    /** Returns whether a directory is at the path, or where the link there leads in the end. */
    boolean leadsToDirectory(String path) {
        return archived(path + "/.", archive -> Optional.of(!archive.isNoDirectory()))
                .orElse(false);
    }

    /** Unpacks an archive into an existing directory. */
    void unpack(String directory, InputStream archive) {
        calls.change(
                "the upload",
                () -> client.copyArchiveToContainerCmd(id)
                        .withRemotePath(directory)
                        .withNoOverwriteDirNonDir(true)
                        .withTarInputStream(archive)
                        .exec());
    }

    /**
     * Explains an upload that broke off because the disk is full. Newer engines answer and close while it still runs,
     * and the client then knows of the broken connection alone; a small archive, sent to its end, gets the answer.
     */
    void throwNoSpace(RuntimeException because, String directory, Callable<byte[]> probe) {
        if (!(because instanceof HoldfastException known) || known.reason() != Reason.UNREACHABLE) {
            return;
        }
        try {
            unpack(directory, new ByteArrayInputStream(probe.call()));
        } catch (HoldfastException e) {
            e.addSuppressed(because);
            if (e.reason() == Reason.NO_SPACE) {
                throw e;
            }
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }

    private <T> Optional<T> archived(String path, Reading<T> reading) {
        return calls.ask("reading " + path, () -> {
            Optional<ContainerArchive> found = ContainerArchive.get(client, id, path);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (ContainerArchive archive = found.get()) {
                return reading.of(archive);
            }
        });
    }

    private interface Reading<T> {
        Optional<T> of(ContainerArchive archive) throws IOException;
    }

    private Optional<Entry> head(DockerHttpClient http, String path) {
        Optional<Entry> seen = headAlone(http, path);
        if (seen.isPresent()) {
            return seen;
        }
        // An answer to HEAD has no body that would say which thing is missing, so the GET decides.
        return stored(path);
    }

    private Optional<Entry> headAlone(DockerHttpClient http, String path) {
        try (DockerHttpClient.Response response = http.execute(ContainerArchive.request("HEAD", id, path))) {
            return PathStat.of(path, response.getHeader(PathStat.HEADER)).map(told -> told.entry(path));
        }
    }
}
