package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ways to servers, made at first use and kept: connections over HTTP, sessions over SSH. */
final class RemoteAccess implements GitRemote.Opener, AutoCloseable {

    private final Settings settings;
    private @Nullable HttpSettings http;
    private @Nullable SshAccess ssh;

    RemoteAccess(Settings settings) {
        this.settings = settings;
    }

    /** What a host has set: what is made by a supplier is made at first use. */
    record Settings(
            Set<String> httpHosts, Duration idle, Supplier<HttpSettings> http, Function<GitLocation, SshAccess> ssh) {}

    @Override
    public GitRemote open(GitLocation location, Deadline deadline) {
        if (location.ssh()) {
            int idle = (int) settings.idle().toSeconds();
            return new JGitRemote(location, deadline, new SshWiring(ssh(location), location, deadline, idle));
        }
        if (location.url().getScheme().equals("http") && !settings.httpHosts().contains(location.host())) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    location + " is plain http, which anybody on the way can change; use https, or allow the host with"
                            + " allowHttp");
        }
        return new JGitRemote(location, deadline, new HttpWiring(http(), location, deadline));
    }

    private synchronized HttpSettings http() {
        if (http == null) {
            http = settings.http().get();
        }
        return http;
    }

    private synchronized SshAccess ssh(GitLocation location) {
        if (ssh == null) {
            ssh = settings.ssh().apply(location);
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
