package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
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

    /**
     * What a host has set: what is made by a supplier is made at first use.
     *
     * @param open the hosts that may be asked without encryption
     */
    record Settings(OpenHosts open, Limits limits, Supplier<HttpSettings> http, Function<GitLocation, SshAccess> ssh) {}

    /**
     * Hosts that may be asked without encryption, with their port unless it is the scheme's own.
     *
     * @param http by plain HTTP
     * @param daemon by git's own protocol
     */
    record OpenHosts(Set<String> http, Set<String> daemon) {

        OpenHosts {
            http = Set.copyOf(http);
            daemon = Set.copyOf(daemon);
        }
    }

    @Override
    public GitRemote open(GitLocation location, Deadline deadline) {
        if (location.ssh()) {
            return new JGitRemote(
                    location, deadline, new SshWiring(ssh(location), location, deadline, settings.limits()));
        }
        if (location.daemon()) {
            return daemon(location, deadline);
        }
        if (location.url().getScheme().equals("http") && !settings.open().http().contains(location.host())) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    location + " is plain http, which anybody on the way can change; use https, or allow the host with"
                            + " allowHttp");
        }
        return new JGitRemote(location, deadline, new HttpWiring(http(), location, deadline));
    }

    private GitRemote daemon(GitLocation location, Deadline deadline) {
        if (!settings.open().daemon().contains(location.host())) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    location
                            + " is git's own protocol, which nothing protects: anybody on the way can read and change what"
                            + " comes; use https or ssh, or allow the host with allowGitProtocol");
        }
        return new JGitRemote(location, deadline, new DaemonWiring(location, deadline, settings.limits()));
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
