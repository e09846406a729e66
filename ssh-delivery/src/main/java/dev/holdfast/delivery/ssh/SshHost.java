package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.future.CancelOption;
import org.jspecify.annotations.Nullable;

/** A host and the one connection to it. Safe for use by several threads. */
final class SshHost {

    /** About eight seconds of growing pauses. */
    private static final int MOST_REFUSALS = 20;

    private final SshClient client;
    private final SshSettings settings;
    private final SshAddress address;
    private final Channels channels;
    private final AtomicReference<@Nullable Future<?>> idleClose = new AtomicReference<>();
    private final Semaphore connecting = new Semaphore(1, true);
    private final SeenRoots seen = new SeenRoots();
    private volatile @Nullable ClientSession connection;

    /** Takes apart {@code authority}, or refuses it; connects later. */
    SshHost(String authority, SshClient client, SshSettings settings) {
        this.client = client;
        this.settings = settings;
        this.address = SshAddress.parse(authority, settings.user());
        this.channels = new Channels(toString(), settings.channels());
    }

    /** Starts a command, as soon as the host takes one more. The caller closes it. */
    RemoteCommand start(String line, Deadline deadline) {
        int refusals = 0;
        while (true) {
            channels.enter(deadline);
            try {
                return opened(line, deadline);
            } catch (IOException e) {
                if (!refuses(e)) {
                    channels.leave();
                    throw address.unreachable(e, deadline);
                }
                if (channels.refused()) {
                    refusals++;
                    requirePatience(refusals, deadline, e);
                    channels.pause(refusals, deadline);
                }
            } catch (RuntimeException | Error e) {
                channels.leave();
                throw e;
            }
        }
    }

    /** Returns the number of the user there, if the connection that is open was used to look at this directory. */
    Optional<String> userOf(String root) {
        ClientSession open = connection;
        return open != null && open.isOpen() ? seen.user(root) : Optional.empty();
    }

    /** Notes that a directory was looked at, and the number of the user there. */
    void looked(String root, String user) {
        seen.add(root, user);
    }

    private RemoteCommand opened(String line, Deadline deadline) throws IOException {
        ClientSession session = connection(deadline);
        ChannelExec channel = session.createExecChannel(line);
        RemoteCommand command = RemoteCommand.start(address, channel, deadline);
        channel.addCloseFutureListener(closed -> {
            channels.leave();
            closeWhenIdle(session);
        });
        return command;
    }

    /** Closes the connection later, unless somebody uses it until then. */
    private void closeWhenIdle(ClientSession session) {
        long entries = channels.entries();
        try {
            Future<?> closing = session.getFactoryManager()
                    .getScheduledExecutorService()
                    .schedule(
                            () -> channels.ifUnusedSince(entries, () -> session.close(false)),
                            settings.idle().toNanos(),
                            TimeUnit.NANOSECONDS);
            Future<?> earlier = idleClose.getAndSet(closing);
            if (earlier != null) {
                earlier.cancel(false);
            }
        } catch (RejectedExecutionException e) {
            // The target is being closed, and the connection with it.
        }
    }

    /** Returns whether the server is up and refuses this channel: then the command was not started. */
    private static boolean refuses(Throwable e) {
        return e instanceof SshChannelOpenException || (e.getCause() != null && refuses(e.getCause()));
    }

    private void requirePatience(int refusals, Deadline deadline, IOException e) {
        if (refusals > MOST_REFUSALS || deadline.remaining().compareTo(Channels.LONGEST_PAUSE) <= 0) {
            throw new TransientException(
                    Reason.RATE_LIMITED,
                    this + " refuses a channel although Holdfast has no other open on its connection;"
                            + " raise MaxSessions of its server, or end what an earlier command left running there",
                    e);
        }
    }

    private ClientSession connection(Deadline deadline) throws IOException {
        acquire(connecting, deadline);
        try {
            ClientSession open = connection;
            if (open == null || !open.isOpen()) {
                open = connect(deadline.atMost(settings.connectTimeout()).remaining());
                // A new connection may be to a server that was set up anew.
                seen.clear();
                channels.reconnected();
                connection = open;
            }
            return open;
        } finally {
            connecting.release();
        }
    }

    private ClientSession connect(Duration patience) throws IOException {
        synchronized (client) {
            client.start();
        }
        ClientSession fresh = client.connect(
                        address.user(), address.host(), address.port(), HostKeyCheck.context(address), null)
                .verify(patience, CancelOption.CANCEL_ON_TIMEOUT)
                .getSession();
        try {
            settings.keysFor(address.host()).forEach(fresh::addPublicKeyIdentity);
            settings.passwords().apply(address.host()).ifPresent(fresh::addPasswordIdentity);
            fresh.auth().verify(patience);
            return fresh;
        } catch (SshException e) {
            fresh.close(true);
            throw refused(fresh, e);
        } catch (IOException | RuntimeException | Error e) {
            fresh.close(true);
            throw e;
        }
    }

    private HoldfastException refused(ClientSession session, SshException e) throws SshException {
        return switch (e.getDisconnectCode()) {
            case SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE ->
                new PermanentException(
                        Reason.FORBIDDEN,
                        this + " shows the key " + KeyUtils.getFingerPrint(session.getServerKey())
                                + ", which is not among the known hosts, or is revoked there; compare it with the host's own keys, and if it is theirs,"
                                + " add what 'ssh-keyscan -p " + address.port() + " " + address.host()
                                + "' prints to the known_hosts file",
                        e);
            case SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE ->
                new PermanentException(
                        Reason.UNAUTHORIZED,
                        this + " accepts none of the keys and passwords given for it; check the user's authorized_keys",
                        e);
            default -> throw e;
        };
    }

    private void acquire(Semaphore semaphore, Deadline deadline) {
        try {
            if (!semaphore.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.timeout("waiting for earlier work on " + this);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "interrupted before work on " + this + " began", e);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
