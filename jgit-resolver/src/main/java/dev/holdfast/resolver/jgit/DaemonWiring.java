package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Git's own protocol over TCP, as {@code git daemon} speaks it. */
final class DaemonWiring implements JGitRemote.Wiring {

    private final GitLocation location;
    private final Deadline deadline;
    private final Duration idle;
    private final Budget budget;
    private Runnable filtering = () -> {};

    DaemonWiring(GitLocation location, Deadline deadline, Limits limits) {
        this.location = location;
        this.deadline = deadline;
        this.idle = limits.idle();
        this.budget = new Budget(location, limits);
    }

    @Override
    public Transport open(@Nullable Repository local) throws IOException {
        budget.refs();
        DaemonSocket.Bounds bounds = new DaemonSocket.Bounds(location, idle, budget);
        try {
            URIish uri = new URIish(location.toString());
            return local == null
                    ? new DaemonTransport(uri, bounds, () -> filtering.run())
                    : new DaemonTransport(local, uri, bounds, () -> filtering.run());
        } catch (URISyntaxException e) {
            throw new IOException("not an address: " + location, e);
        }
    }

    @Override
    public <T> T bounded(JGitRemote.Work<T> work) throws IOException {
        try {
            return OwnThread.run("holdfast-git-daemon", location, deadline, work);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }

    @Override
    public void ifServerFilters(Runnable then) {
        filtering = then;
    }

    @Override
    public void objects() {
        budget.objects();
    }

    @Override
    public boolean forget() {
        return false;
    }

    @Override
    public String shown(String text) {
        return Failures.shown(text);
    }

    @Override
    public void close() {
        // connections are closed by who opened them
    }
}
