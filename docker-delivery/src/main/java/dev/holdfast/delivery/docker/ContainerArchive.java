package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * One path of a container as the engine sends it: what it says of the path, and an archive. A client of a class that is
 * not docker-java's own tells the archive alone.
 */
final class ContainerArchive implements Closeable {

    private final Optional<PathStat> stat;
    private final InputStream body;

    private ContainerArchive(Optional<PathStat> stat, InputStream body) {
        this.stat = stat;
        this.body = body;
    }

    /** Asks for a path; empty if nothing is there, not even a link to nothing. */
    static Optional<ContainerArchive> get(DockerClient client, String id, String path) throws IOException {
        try {
            if (client instanceof DockerClientImpl known) {
                return Optional.of(get(known.getHttpClient(), id, path));
            }
            return Optional.of(new ContainerArchive(
                    Optional.empty(),
                    client.copyArchiveFromContainerCmd(id, path).exec()));
        } catch (DockerException e) {
            if (DockerFailure.isAbsence(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ContainerArchive get(DockerHttpClient http, String id, String path) throws IOException {
        DockerHttpClient.Response response = http.execute(request("GET", id, path));
        try {
            Optional<PathStat> stat = PathStat.of(path, response.getHeader(PathStat.HEADER));
            if (response.getStatusCode() >= 400 && stat.isEmpty()) {
                throw EngineAnswer.refused(response);
            }
            boolean archived = response.getStatusCode() < 400;
            return new ContainerArchive(stat, archived ? new Body(response) : InputStream.nullInputStream());
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    static DockerHttpClient.Request request(String method, String id, String path) {
        return DockerHttpClient.Request.builder()
                .method(method)
                .path("/containers/" + id + "/archive?path=" + EngineAnswer.encoded(path))
                .build();
    }

    /** Returns the archive; empty for a link to nothing. Closing it closes this. */
    InputStream body() {
        return body;
    }

    /** Returns whether a link stands at the path, so that the archive, if there is one, may be of what it leads to. */
    boolean isLink() {
        return stat.filter(told -> told.kind() == Entry.Kind.LINK).isPresent();
    }

    /** Returns whether what is there, links followed, is none of which it can be known that it is a directory. */
    boolean isNoDirectory() {
        return stat.isPresent() && !stat.get().leadsToDirectory();
    }

    /** Returns where the path leads in the end, if the engine says so. */
    Optional<String> leadsTo() {
        return stat.map(PathStat::leadsTo).filter(way -> !way.isEmpty());
    }

    /** Returns what stands at the path, a link not followed; what it holds may stay unknown. */
    Optional<Entry> entry(String path) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(body, "UTF-8");
        TarArchiveEntry first = tar.getNextEntry();
        if (isLink() && (first == null || !first.isSymbolicLink())) {
            return stat.map(told -> told.entry(path));
        }
        return first == null ? Optional.empty() : Optional.of(entry(path, first));
    }

    private static Entry entry(String path, TarArchiveEntry entry) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (entry.isSymbolicLink()) {
            return new Entry(name, Entry.Kind.LINK, Optional.of(entry.getLinkName()));
        }
        Entry.Kind kind =
                entry.isDirectory() ? Entry.Kind.DIRECTORY : entry.isFile() ? Entry.Kind.FILE : Entry.Kind.OTHER;
        return new Entry(name, kind, Optional.empty());
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    /** Gives the connection back, and does not read what is left of the answer. */
    private static final class Body extends FilterInputStream {

        private final DockerHttpClient.Response response;

        Body(DockerHttpClient.Response response) {
            super(response.getBody() == null ? InputStream.nullInputStream() : response.getBody());
            this.response = response;
        }

        @Override
        public void close() {
            response.close();
        }
    }
}
