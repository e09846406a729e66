package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The archive side of one container: single files and whole trees, by absolute path, without a shell.
 *
 * <p>{@code HEAD} of a path takes 1 to 3 ms and says what is there, but of a link only where it leads in the end; {@code
 * GET} takes 60 to 90 ms and says what is stored. So a look is a {@code HEAD}, and for a link a {@code GET} after it; not
 * for one into a hidden folder beside it, which each delivery looks at twice and {@link #storedTarget} can tell.
 */
final class ContainerFiles {

    private static final Pattern MODE = Pattern.compile("\"mode\":\\s*(\\d+)");
    private static final Pattern SIZE = Pattern.compile("\"size\":\\s*(\\d+)");
    private static final Pattern LEADS_TO = Pattern.compile("\"linkTarget\":\\s*\"([^\"\\\\]+)\"");
    /** Bits of Go's {@code os.FileMode}, which is what the engine sends. */
    private static final long DIRECTORY = 1L << 31;

    private static final long LINK = 1L << 27;
    private static final long OTHER = 1L << 26 | 1L << 25 | 1L << 24 | 1L << 21 | 1L << 19;

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
     * Returns what stands at {@code path}, the last segment not followed. Podman's {@code GET} follows it: there what a link
     * holds stays unknown, unless it is one that {@link #storedTarget} can tell.
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

    /** As {@link #look}, by one {@code GET}: dear for what is there, cheap for what is not. */
    Optional<Entry> stored(String path) {
        return first(path, (entry, tar) -> entry(path, entry));
    }

    /** Returns the content of a file, unless it is larger. */
    Optional<byte[]> read(String path, int maxBytes) {
        return first(path, (entry, tar) -> {
            if (entry.getSize() > maxBytes) {
                throw new PermanentException(
                        Reason.TOO_LARGE,
                        path + " has " + entry.getSize() + " bytes, more than the " + maxBytes
                                + " that are read of it");
            }
            return entry.isFile() && !entry.isSymbolicLink() ? tar.readNBytes(maxBytes) : null;
        });
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

    private void refuseLink(TargetAddress address, String path) {
        look(path).filter(entry -> entry.kind() == Entry.Kind.LINK).ifPresent(link -> {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    address + ": " + path + " is a link to '"
                            + link.linkTarget().orElse("somewhere")
                            + "', which a helper container cannot follow; name the path that it leads to");
        });
    }

    /** Starts to read a path as an archive; empty if nothing is there. The stream ends at the deadline. */
    Optional<InputStream> archive(String path) {
        return calls.ask(
                        "reading " + path,
                        () -> absentIfMissing(() ->
                                client.copyArchiveFromContainerCmd(id, path).exec()))
                .map(in -> new BoundedStream(in, calls.deadline()));
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
     * Explains an upload that broke off because the disk is full. Newer engines answer and close while it still runs, and the
     * client then knows of the broken connection alone; a small archive, sent to its end, gets the answer.
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

    private <T> Optional<T> first(String path, Reading<T> reading) {
        return calls.ask("reading " + path, () -> {
            Optional<InputStream> archive = absentIfMissing(
                    () -> client.copyArchiveFromContainerCmd(id, path).exec());
            if (archive.isEmpty()) {
                return Optional.empty();
            }
            try (TarArchiveInputStream tar = new TarArchiveInputStream(archive.get(), "UTF-8")) {
                TarArchiveEntry entry = tar.getNextEntry();
                return entry == null ? Optional.empty() : Optional.ofNullable(reading.of(entry, tar));
            }
        });
    }

    private interface Reading<T> {
        @Nullable T of(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException;
    }

    private static <T> Optional<T> absentIfMissing(Callable<T> call) throws Exception {
        try {
            return Optional.of(call.call());
        } catch (DockerException e) {
            if (DockerFailure.isAbsence(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<Entry> head(DockerHttpClient http, String path) {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method("HEAD")
                .path("/containers/" + id + "/archive?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8))
                .build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            String stat = response.getHeader("X-Docker-Container-Path-Stat");
            if (response.getStatusCode() == 200 && stat != null) {
                return Optional.of(entry(path, new String(Base64.getDecoder().decode(stat), StandardCharsets.UTF_8)));
            }
        }
        // An answer to HEAD has no body that would say which thing is missing, so the GET decides.
        return stored(path);
    }

    private static Entry entry(String path, String stat) {
        Matcher matcher = MODE.matcher(stat);
        if (!matcher.find()) {
            throw new PermanentException(Reason.PROTOCOL, "the engine describes " + path + " as " + stat);
        }
        long mode = Long.parseLong(matcher.group(1));
        Entry.Kind kind = (mode & LINK) != 0
                ? Entry.Kind.LINK
                : (mode & DIRECTORY) != 0
                        ? Entry.Kind.DIRECTORY
                        : (mode & OTHER) != 0 ? Entry.Kind.OTHER : Entry.Kind.FILE;
        return new Entry(name(path), kind, kind == Entry.Kind.LINK ? storedTarget(path, stat) : Optional.empty());
    }

    /**
     * Tells what a link points to from what the engine says of it: where it leads, every other link on the way followed,
     * and how many bytes are stored. When it leads into a hidden folder beside the link and the way there is that long,
     * the way is what is stored: a different text of that length could only lead there through one more link.
     */
    private static Optional<String> storedTarget(String path, String stat) {
        Matcher size = SIZE.matcher(stat);
        Matcher leads = LEADS_TO.matcher(stat);
        String beside = path.substring(0, path.lastIndexOf('/') + 1);
        if (!size.find() || !leads.find() || !leads.group(1).startsWith(beside + ".")) {
            return Optional.empty();
        }
        String way = leads.group(1).substring(beside.length());
        boolean whole =
                Long.toString(way.getBytes(StandardCharsets.UTF_8).length).equals(size.group(1));
        return whole ? Optional.of(way) : Optional.empty();
    }

    private static Entry entry(String path, TarArchiveEntry entry) {
        if (entry.isSymbolicLink()) {
            return new Entry(name(path), Entry.Kind.LINK, Optional.of(entry.getLinkName()));
        }
        Entry.Kind kind =
                entry.isDirectory() ? Entry.Kind.DIRECTORY : entry.isFile() ? Entry.Kind.FILE : Entry.Kind.OTHER;
        return new Entry(name(path), kind, Optional.empty());
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
