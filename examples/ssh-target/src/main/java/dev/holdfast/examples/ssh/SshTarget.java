package dev.holdfast.examples.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.TargetSession;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Directories of hosts that are reached by SSH: {@code ssh://[user@]host[:port]/absolute/path}.
 *
 * <p>A host needs a login shell that follows POSIX, {@code tar}, and what {@link dev.holdfast.spi.delivery.PosixScript} needs.
 * Each authority gets one connection, made when it is first used and again when it is found dead, with at most five
 * commands at a time, and fewer where the server refuses a channel: the next command then waits in line. What is delivered
 * belongs to the user that logs in, but for {@link Builder#owner}.
 */
public final class SshTarget implements DeliveryTarget, AutoCloseable {

    private final SshClient client = SshClient.setUpDefaultClient();
    private final Map<String, SshHost> hosts = new ConcurrentHashMap<>();
    private final Builder settings;

    private SshTarget(Builder settings) {
        this.settings = settings;
        client.setServerKeyVerifier(settings.knownHosts);
        // Nothing is taken from the home directory of whoever runs the host application.
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        // A host that vanished without a word is found dead in a minute, and not by one deadline after the other.
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(15));
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    }

    /** Returns a builder that knows no key, no password and no host. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("ssh");
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        SshHost host = hosts.computeIfAbsent(address.authority(), a -> new SshHost(a, client, settings));
        SshSession session = new SshSession(host, address.path(), settings.owner, deadline);
        session.requireTools();
        return session;
    }

    /** Closes all connections: what runs on them has an unknown outcome. May be called twice. */
    @Override
    public void close() {
        client.stop();
    }

    /** Collects how hosts are logged in to, and which of them are trusted. */
    public static final class Builder {

        String user = "";
        Function<String, List<KeyPair>> keys = host -> List.of();
        Function<String, Optional<String>> passwords = host -> Optional.empty();
        ServerKeyVerifier knownHosts = RejectAllServerKeyVerifier.INSTANCE;
        Duration connectTimeout = Duration.ofSeconds(10);
        /** Half of what OpenSSH allows by default: commands that have ended count until the server looks again. */
        int channels = 5;

        Optional<FileOwner> owner = Optional.empty();

        private Builder() {}

        private Builder(Builder of) {
            user = of.user;
            keys = of.keys;
            passwords = of.passwords;
            knownHosts = of.knownHosts;
            connectTimeout = of.connectTimeout;
            channels = of.channels;
            owner = of.owner;
        }

        /** Logs in as {@code user} where an address names none; without this, such an address is refused. */
        public Builder user(String user) {
            this.user = user;
            return this;
        }

        /** Offers the keys that {@code keys} returns for a host's name. */
        public Builder keys(Function<String, List<KeyPair>> keys) {
            this.keys = keys;
            return this;
        }

        /** Offers the password that {@code passwords} returns for a host's name, after the keys. */
        public Builder passwords(Function<String, Optional<String>> passwords) {
            this.passwords = passwords;
            return this;
        }

        /** Trusts the hosts of a {@code known_hosts} file, read again when it changes; without this, no host is trusted. */
        public Builder knownHosts(Path file) {
            this.knownHosts = new KnownHostsServerKeyVerifier(RejectAllServerKeyVerifier.INSTANCE, file);
            return this;
        }

        /** Gives up a connection that is not ready after {@code timeout}; by default ten seconds. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = timeout;
            return this;
        }

        /**
         * Opens at most {@code most} channels at a time on a connection; by default five. A lower limit of the server's is found
         * out, so set one only for servers that drop the connection instead of refusing a channel.
         */
        public Builder channels(int most) {
            if (most < 1) {
                throw PermanentException.invalid("channels", Integer.toString(most), "one or more");
            }
            this.channels = most;
            return this;
        }

        /**
         * Gives what is delivered to {@code owner}; {@link FileOwner} says what that is. Where the user that logs in may not do so,
         * an upload is refused before it begins, with {@link dev.holdfast.spi.Reason#FORBIDDEN}.
         */
        public Builder owner(FileOwner owner) {
            this.owner = Optional.of(owner);
            return this;
        }

        /** Returns the target; what is set here later changes others only. Nothing is connected, and no thread started, before it is used. */
        public SshTarget build() {
            return new SshTarget(new Builder(this));
        }
    }
}
