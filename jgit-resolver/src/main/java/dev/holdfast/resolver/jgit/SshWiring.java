package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Git over SSH: JGit's session knows idle limits only, so it runs on a thread of its own, ended by interruption. */
final class SshWiring implements JGitRemote.Wiring {

    private static final long LAST_WORDS_MILLIS = 2_000;

    private final GitLocation location;
    private final Deadline deadline;
    private final int idleSeconds;
    private final OverheardSessions overheard;

    SshWiring(SshAccess access, GitLocation location, Deadline deadline, int idleSeconds) {
        this.location = location;
        this.deadline = deadline;
        this.idleSeconds = idleSeconds;
        this.overheard = new OverheardSessions(access.sessions());
    }

    @Override
    public Transport open(@Nullable Repository local) throws IOException {
        Transport transport = HttpWiring.Transports.open(location, local);
        transport.setCredentialsProvider(null);
        transport.setTimeout(idleSeconds);
        ((SshTransport) transport).setSshSessionFactory(overheard);
        return transport;
    }

    @Override
    public <T> T bounded(JGitRemote.Work<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(task, "holdfast-git-ssh");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            stop(task, thread);
            throw deadline.timeout("asking " + location);
        } catch (InterruptedException e) {
            stop(task, thread);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + location);
        } catch (ExecutionException e) {
            if (overheard.said().sha256()) {
                throw Advertisement.sha256(location);
            }
            throw SshAccess.failure(location, e.getCause());
        }
    }

    /** Waits for the thread, so that nothing goes on behind the caller's back; bounded, should JGit not listen. */
    private static void stop(FutureTask<?> task, Thread thread) {
        task.cancel(true);
        try {
            thread.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Over SSH the capability is not visible before the request, so whole trees are fetched. */
    @Override
    public void ifServerFilters(Runnable then) {
        // never
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
