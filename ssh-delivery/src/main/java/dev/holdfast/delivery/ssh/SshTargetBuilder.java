package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.delivery.FileOwner;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Settings of a {@link SshTarget}: how it logs in to hosts, and which hosts it trusts. Nothing is taken from the home
 * directory, the SSH configuration or the environment of this process.
 *
 * <p>A host is known by its name as addresses give it, in lower or upper case, without user and port. What identifies
 * the user is tried in this order: {@link #key key files}, {@link #keys}, {@link #agent}, {@link #passwords}. Used by
 * one thread.
 */
public final class SshTargetBuilder {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final List<KeyFile> files = new ArrayList<>();
    private String user = "";
    private Function<String, List<KeyPair>> keys = host -> List.of();
    private Optional<Path> agent = Optional.empty();
    private Function<String, Optional<String>> passwords = host -> Optional.empty();
    private KnownHosts hosts = new KnownHosts(List::of);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration keepAlive = Duration.ofSeconds(15);
    private Duration idle = Duration.ofMinutes(5);
    /** Half of what OpenSSH allows by default: commands that have ended count until the server looks again. */
    private int channels = 5;

    private Optional<FileOwner> owner = Optional.empty();

    SshTargetBuilder() {}

    /** Logs in as {@code user} where an address names none; without this, such an address is refused. */
    public SshTargetBuilder user(String user) {
        this.user = user;
        return this;
    }

    /** Adds a private key without a passphrase; all keys are offered to every host. */
    public SshTargetBuilder key(Path file) {
        return key(file, "");
    }

    /**
     * Adds a private key with its passphrase, in OpenSSH's or PEM format. The file is read for each connection, so it
     * may be replaced. One that cannot be read fails the delivery with {@link dev.holdfast.spi.Reason#INVALID_VALUE}.
     */
    public SshTargetBuilder key(Path file, String passphrase) {
        files.add(new KeyFile(file, passphrase));
        return this;
    }

    /** Offers the keys that {@code keys} returns for a host's name; asked for each connection, so a key may change. */
    public SshTargetBuilder keys(Function<String, List<KeyPair>> keys) {
        this.keys = keys;
        return this;
    }

    /**
     * Offers the keys of an SSH agent, which signs with them and does not hand them out. It is never forwarded to a
     * host. An agent that does not answer counts as one without keys.
     *
     * @param socket the agent's Unix socket, which shells name in {@code SSH_AUTH_SOCK}
     */
    public SshTargetBuilder agent(Path socket) {
        this.agent = Optional.of(socket);
        return this;
    }

    /**
     * Offers the password that {@code passwords} returns for a host's name, after the keys; asked for each connection.
     */
    public SshTargetBuilder passwords(Function<String, Optional<String>> passwords) {
        this.passwords = passwords;
        return this;
    }

    /**
     * Trusts the hosts of a known hosts file, as OpenSSH writes it; without this, no host is trusted. It is read for
     * each connection and never written.
     *
     * <p>A host is accepted by a line with its key for the name that the address uses: plain or hashed, with OpenSSH's
     * patterns. A line for its number does not replace that. A key in a {@code @revoked} line is refused for the name
     * and the number in that line, on each port if the line has none. Stricter than OpenSSH: a line without a port does
     * not count for a port other than 22, and {@code @cert-authority} lines accept nothing. A host with several keys is
     * asked for one that is known.
     */
    public SshTargetBuilder knownHosts(Path file) {
        this.hosts = KnownHosts.of(file);
        return this;
    }

    /**
     * Trusts the hosts of the lines that {@code lines} returns, in the form of {@link #knownHosts(Path)}: for hosts
     * that keep them in a database or a vault. Asked for each connection, more than once.
     */
    public SshTargetBuilder knownHosts(Supplier<List<String>> lines) {
        this.hosts = new KnownHosts(lines);
        return this;
    }

    /** Gives up a connection that is not ready after {@code timeout}; by default ten seconds. */
    public SshTargetBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /**
     * Asks a quiet host every {@code interval} whether it is still there, at least 1 s; by default 15 s. A connection
     * whose host leaves two of these without an answer is given up, and the work on it fails as transient.
     */
    public SshTargetBuilder keepAlive(Duration interval) {
        this.keepAlive = atLeastOneSecond("keep-alive", interval);
        return this;
    }

    /** Closes a connection on which no command ran for {@code longest}, at least 1 s; by default 5 minutes. */
    public SshTargetBuilder idleTimeout(Duration longest) {
        this.idle = atLeastOneSecond("idle timeout", longest);
        return this;
    }

    /**
     * Opens at most {@code most} channels at a time on a connection; by default five. A lower limit of the server's is
     * found out, so set one only for servers that drop the connection instead of refusing a channel.
     */
    public SshTargetBuilder channels(int most) {
        if (most < 1) {
            throw PermanentException.invalid("channels", Integer.toString(most), "one or more");
        }
        this.channels = most;
        return this;
    }

    /**
     * Gives what is delivered to {@code owner}; {@link FileOwner} says what that is. Where the user that logs in may
     * not do so, an upload is refused before it begins, with {@link dev.holdfast.spi.Reason#FORBIDDEN}.
     */
    public SshTargetBuilder owner(FileOwner owner) {
        this.owner = Optional.of(owner);
        return this;
    }

    /**
     * Returns the target; what is set here later changes others only. Does no I/O: nothing is connected, no file is
     * read, and no thread is started before the target is used.
     */
    public SshTarget build() {
        return new SshTarget(new SshSettings(
                user, files, keys, agent, passwords, hosts, connectTimeout, keepAlive, idle, channels, owner));
    }

    private static Duration atLeastOneSecond(String what, Duration value) {
        if (value.compareTo(SHORTEST) < 0) {
            throw PermanentException.invalid(what, value.toString(), "use 1 s or more");
        }
        return value;
    }
}
