package dev.holdfast.resolver.jgit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TcpTransport;
import org.eclipse.jgit.transport.URIish;

/**
 * Git's own protocol over TCP (gitprotocol-pack, "Git Transport"), asked for in version 2. Not JGit's transport: that
 * one's socket hears neither of a deadline nor of an interruption, and what the server says of itself comes too late to
 * ask it for less.
 */
final class DaemonTransport extends TcpTransport implements PackTransport {

    private final DaemonSocket.Bounds bounds;
    private final Runnable filtering;

    /** Creates one that asks for refs only. */
    DaemonTransport(URIish uri, DaemonSocket.Bounds bounds, Runnable filtering) {
        super(uri);
        this.bounds = bounds;
        this.filtering = filtering;
    }

    /** Creates one that fetches into {@code local}. */
    DaemonTransport(Repository local, URIish uri, DaemonSocket.Bounds bounds, Runnable filtering) {
        super(local, uri);
        this.bounds = bounds;
        this.filtering = filtering;
    }

    @Override
    public FetchConnection openFetch() throws TransportException {
        return openFetch(List.of());
    }

    @Override
    public FetchConnection openFetch(Collection<RefSpec> specs, String... prefixes) throws TransportException {
        try {
            DaemonSocket socket = DaemonSocket.connect(bounds);
            try {
                return connection(socket, specs, prefixes);
            } catch (IOException | RuntimeException | Error e) {
                socket.close();
                throw e;
            }
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException(getURI(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What the server says of itself is read first: JGit notes in its constructor what may be left out. */
    private FetchConnection connection(DaemonSocket socket, Collection<RefSpec> specs, String... prefixes)
            throws IOException {
        OutputStream out = socket.out();
        PacketLineOut request = new PacketLineOut(out);
        request.writeString(request(bounds.location().url()));
        request.flush();
        InputStream in = socket.in();
        byte[] head = PktLines.upToFlush(in, Advertisement.HEAD);
        Advertisement said = Advertisement.of(head);
        if (said.sha256()) {
            throw Advertisement.sha256(bounds.location());
        }
        if (said.abilities().contains("filter")) {
            filtering.run();
        }
        return new Connection(
                socket, new SequenceInputStream(new ByteArrayInputStream(head), in), out, specs, prefixes);
    }

    private static String request(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return "git-upload-pack " + url.getPath() + "\0host=" + url.getHost() + port + "\0\0version=2\0";
    }

    @Override
    public PushConnection openPush() throws NotSupportedException {
        throw new NotSupportedException("nothing is ever pushed");
    }

    @Override
    public void close() {
        // each connection closes its socket
    }

    private final class Connection extends BasePackFetchConnection {

        private final DaemonSocket socket;

        Connection(
                DaemonSocket socket, InputStream from, OutputStream to, Collection<RefSpec> specs, String... prefixes)
                throws TransportException {
            super(DaemonTransport.this);
            this.socket = socket;
            init(from, to);
            if (!readAdvertisedRefs()) {
                lsRefs(specs, prefixes);
            }
        }

        @Override
        public void close() {
            super.close();
            try {
                socket.close();
            } catch (IOException e) {
                // it ends with the descriptor, which is gone either way
            }
        }
    }
}
