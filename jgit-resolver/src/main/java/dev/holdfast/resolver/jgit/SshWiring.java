package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Git over SSH: JGit's session knows idle limits only, so it runs on a thread of its own, ended by interruption. */
final class SshWiring implements JGitRemote.Wiring {

    private final GitLocation location;
    private final Deadline deadline;
    private final int idleSeconds;
    private final Budget budget;
    private final OverheardSessions overheard;

    SshWiring(SshAccess access, GitLocation location, Deadline deadline, Limits limits) {
        this.location = location;
        this.deadline = deadline;
        this.idleSeconds = (int) limits.idle().toSeconds();
        this.budget = new Budget(location, limits);
        this.overheard = new OverheardSessions(access.sessions(), budget);
    }

    @Override
    public Transport open(@Nullable Repository local) throws IOException {
        budget.refs();
        Transport transport = HttpWiring.Transports.open(location, local);
        transport.setCredentialsProvider(null);
        transport.setTimeout(idleSeconds);
        ((SshTransport) transport).setSshSessionFactory(overheard);
        return transport;
    }

    @Override
    public <T> T bounded(JGitRemote.Work<T> work) throws IOException {
        try {
            return OwnThread.run("holdfast-git-ssh", location, deadline, work);
        } catch (ExecutionException e) {
            if (overheard.said().sha256()) {
                throw Advertisement.sha256(location);
            }
            throw SshAccess.failure(location, e.getCause());
        }
    }

    /** Over SSH the capability is not visible before the request, so whole trees are fetched. */
    @Override
    public void ifServerFilters(Runnable then) {
        // never
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
        // transports are closed by who opened them; the session factory belongs to the resolver
    }
}
