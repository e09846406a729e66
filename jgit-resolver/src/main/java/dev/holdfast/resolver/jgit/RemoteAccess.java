package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ways to servers, made at first use and kept: connections over HTTP, sessions over SSH. */
final class RemoteAccess implements GitRemote.Opener, AutoCloseable {

    private final JGitResolverBuilder settings;
    private final Set<String> httpHosts;
    private @Nullable HttpSettings http;
    private @Nullable SshAccess ssh;

    RemoteAccess(JGitResolverBuilder settings) {
        this.settings = settings;
        this.httpHosts = settings.httpHosts();
    }

    @Override
    public GitRemote open(GitLocation location, Deadline deadline) {
        if (location.ssh()) {
            int idle = (int) settings.idle().toSeconds();
            return new JGitRemote(location, deadline, new SshWiring(ssh(location), location, deadline, idle));
        }
        if (location.url().getScheme().equals("http") && !httpHosts.contains(location.host())) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    location + " is plain http, which anybody on the way can change; use https, or allow the host with"
                            + " allowHttp");
        }
        return new JGitRemote(location, deadline, new HttpWiring(http(), location, deadline));
    }

    private synchronized HttpSettings http() {
        if (http == null) {
            http = settings.http();
        }
        return http;
    }

    private synchronized SshAccess ssh(GitLocation location) {
        if (ssh == null) {
            ssh = settings.ssh(location);
        }
        return ssh;
    }

    @Override
    public synchronized void close() {
        if (ssh != null) {
            ssh.close();
            ssh = null;
        }
    }
}
