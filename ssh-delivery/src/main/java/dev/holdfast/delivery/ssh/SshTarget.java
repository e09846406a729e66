package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Directories of hosts that are reached by SSH: {@code ssh://[user@]host[:port]/absolute/path}.
 *
 * <p>A host needs a login shell that follows POSIX, {@code tar}, and what {@link dev.holdfast.spi.delivery.PosixScript} needs.
 * Each authority gets one connection, made when it is first used and again when it is found dead, with at most five
 * commands at a time, and fewer where the server refuses a channel: the next command then waits in line. What is delivered
 * belongs to the user that logs in, but for {@link SshTargetBuilder#owner}.
 */
public final class SshTarget implements DeliveryTarget, AutoCloseable {

    private final SshClient client = SshClient.setUpDefaultClient();
    private final Map<String, SshHost> hosts = new ConcurrentHashMap<>();
    private final SshSettings settings;

    SshTarget(SshSettings settings) {
        this.settings = settings;
        client.setServerKeyVerifier(settings.hostKeys());
        // Nothing is taken from the home directory of whoever runs the host application.
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        // A host that vanished without a word is found dead in a minute, and not by one deadline after the other.
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(15));
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    }

    /** Returns a builder that knows no key, no password and no host. */
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
