package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.net.URISyntaxException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Git over HTTP: every read of the network goes through the session, which keeps the deadline itself. */
final class HttpWiring implements JGitRemote.Wiring {

    private final GitLocation location;
    private final HttpSession session;

    HttpWiring(HttpSettings settings, GitLocation location, Deadline deadline) {
        this.location = location;
        this.session = new HttpSession(settings, location, deadline);
    }

    @Override
    public Transport open(@Nullable Repository local) throws IOException {
        Transport transport = Transports.open(location, local);
        transport.setCredentialsProvider(null);
        session.recalling(local == null);
        session.objects(false);
        ((TransportHttp) transport).setHttpConnectionFactory(session);
        return transport;
    }

    @Override
    public <T> T bounded(JGitRemote.Work<T> work) throws IOException {
        return work.run();
    }

    @Override
    public void ifServerFilters(Runnable then) {
        session.ifServerFilters(then);
    }

    @Override
    public void objects() {
        session.objects(true);
    }

    @Override
    public boolean forget() {
        return session.forget();
    }

    @Override
    public String shown(String text) {
        return session.shown(text);
    }

    @Override
    public void close() {
        session.close();
    }

    /** Opens JGit's transports. */
    static final class Transports {

        private Transports() {}

        static Transport open(GitLocation location, @Nullable Repository local) throws IOException {
            try {
                URIish uri = new URIish(location.toString());
                return local == null ? Transport.open(uri) : Transport.open(local, uri);
            } catch (URISyntaxException e) {
                throw new IOException("not an address: " + location, e);
            }
        }
    }
}
