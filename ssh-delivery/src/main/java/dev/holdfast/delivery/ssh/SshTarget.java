package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Directories of hosts that are reached by SSH: {@code ssh://[user@]host[:port]/absolute/path}.
 *
 * <p>A host needs a login shell that follows POSIX, {@code tar}, and what {@link dev.holdfast.spi.delivery.PosixScript}
 * needs. Each authority gets one connection, made when it is first used and again when it is found dead. It carries at
 * most five commands at a time, and fewer where the server refuses a channel: the next command then waits in line. What
 * is delivered belongs to the user that logs in, but for {@link SshTargetBuilder#owner}.
 *
 * <p>{@link #open} fails with {@link dev.holdfast.spi.Reason#FORBIDDEN} where the host's key is not known, with
 * {@link dev.holdfast.spi.Reason#UNAUTHORIZED} where the host takes none of the keys and passwords, with
 * {@link dev.holdfast.spi.Reason#TARGET_UNUSABLE} where it lacks a tool, and as transient where it cannot be reached.
 * It looks at each directory once for each connection; an address that was opened on the one that is open is not asked
 * again, so there the first call on the session says what has changed since.
 *
 * <p>Safe for use by several threads. Starts no thread before the first address is opened. The host closes it, after
 * {@code Holdfast}.
 */
public final class SshTarget implements DeliveryTarget, AutoCloseable {

    private final SshClient client = SshClient.setUpDefaultClient();
    private final Map<String, SshHost> hosts = new ConcurrentHashMap<>();
    private final SshSettings settings;

    SshTarget(SshSettings settings) {
        this.settings = settings;
        HostKeyCheck check = new HostKeyCheck(settings.hosts());
        client.setServerKeyVerifier(check);
        client.addSessionListener(check);
        // Nothing is taken from the home directory of whoever runs the host application.
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        settings.agent().ifPresent(socket -> client.setAgentFactory(Agent.at(socket)));
        // A host that vanished without a word is found dead in two of these, and not by one deadline after the other.
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, settings.keepAlive());
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
        // Else the end of each command's input waits until the host has confirmed what came before.
        CoreModuleProperties.TCP_NODELAY.set(client, true);
    }

    /**
     * Returns a builder that knows no key, no password and no host: it needs at least
     * {@link SshTargetBuilder#knownHosts}.
     */
    public static SshTargetBuilder builder() {
        return new SshTargetBuilder();
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("ssh");
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        SshHost host = hosts.computeIfAbsent(address.authority(), a -> new SshHost(a, client, settings));
        SshSession session = new SshSession(host, address.path(), settings.owner(), deadline);
        session.requireTools();
        return session;
    }

    /** Closes all connections: what runs on them has an unknown outcome. May be called twice. */
    @Override
    public void close() {
        client.stop();
    }
}
