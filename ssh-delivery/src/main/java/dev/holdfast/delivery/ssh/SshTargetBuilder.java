package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.delivery.FileOwner;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;

/** Collects how hosts are logged in to, and which of them are trusted. */
public final class SshTargetBuilder {

    private String user = "";
    private Function<String, List<KeyPair>> keys = host -> List.of();
    private Function<String, Optional<String>> passwords = host -> Optional.empty();
    private ServerKeyVerifier knownHosts = RejectAllServerKeyVerifier.INSTANCE;
    private Duration connectTimeout = Duration.ofSeconds(10);
    /** Half of what OpenSSH allows by default: commands that have ended count until the server looks again. */
    private int channels = 5;

    private Optional<FileOwner> owner = Optional.empty();

    SshTargetBuilder() {}

    /** Logs in as {@code user} where an address names none; without this, such an address is refused. */
    public SshTargetBuilder user(String user) {
        this.user = user;
        return this;
    }

    /** Offers the keys that {@code keys} returns for a host's name. */
    public SshTargetBuilder keys(Function<String, List<KeyPair>> keys) {
        this.keys = keys;
        return this;
    }

    /** Offers the password that {@code passwords} returns for a host's name, after the keys. */
    public SshTargetBuilder passwords(Function<String, Optional<String>> passwords) {
        this.passwords = passwords;
        return this;
    }

    /** Trusts the hosts of a {@code known_hosts} file, read again when it changes; without this, no host is trusted. */
    public SshTargetBuilder knownHosts(Path file) {
        this.knownHosts = new KnownHostsServerKeyVerifier(RejectAllServerKeyVerifier.INSTANCE, file);
        return this;
    }

    /** Gives up a connection that is not ready after {@code timeout}; by default ten seconds. */
    public SshTargetBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /**
     * Opens at most {@code most} channels at a time on a connection; by default five. A lower limit of the server's is found
     * out, so set one only for servers that drop the connection instead of refusing a channel.
     */
    public SshTargetBuilder channels(int most) {
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
    public SshTargetBuilder owner(FileOwner owner) {
        this.owner = Optional.of(owner);
        return this;
    }

    /** Returns the target; what is set here later changes others only. Nothing is connected, and no thread started, before it is used. */
    public SshTarget build() {
        return new SshTarget(new SshSettings(user, keys, passwords, knownHosts, connectTimeout, channels, owner));
    }
}
