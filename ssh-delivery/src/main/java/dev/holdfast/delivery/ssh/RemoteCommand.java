package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.core.CoreModuleProperties;

/** One command that runs on a host, until its end, its deadline, or until it is closed. */
final class RemoteCommand implements AutoCloseable {

    private static final int LONGEST_OUTPUT = 64 << 20;
    private static final int NOT_FOUND = 127;

    private final SshAddress host;
    private final ChannelExec channel;
    private final Deadline deadline;
    private final Tail errors = new Tail();
    private final Future<?> expiry;

    /**
     * How a command ended.
     *
     * @param exitCode of the shell
     * @param output what it printed
     * @param errors the end of what it wrote to standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(int exitCode, byte[] output, String errors) {}

    private RemoteCommand(SshAddress host, ChannelExec channel, Deadline deadline) {
        this.host = host;
        this.channel = channel;
        this.deadline = deadline;
        this.expiry = channel.getSession()
                .getFactoryManager()
                .getScheduledExecutorService()
                .schedule(this::close, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        channel.setErr(errors);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(
                channel, deadline.remaining().plusSeconds(1));
    }

    /** Starts what {@code channel} holds; the channel is closed if that fails. */
    static RemoteCommand start(SshAddress host, ChannelExec channel, Deadline deadline) throws IOException {
        RemoteCommand command = new RemoteCommand(host, channel, deadline);
        try {
            channel.open().verify(deadline.remaining());
            return command;
        } catch (IOException | RuntimeException | Error e) {
            command.close();
            throw e;
        }
    }

    /** Returns where the command's input is written; closing it is the end of the input. */
    OutputStream input() {
        return channel.getInvertedIn();
    }

    /** Returns what the command prints. Its end may be a lost connection: only the exit code tells. */
    InputStream output() {
        return channel.getInvertedOut();
    }

    /** Returns whether the command may still read its input. */
    boolean isOpen() {
        return channel.isOpen();
    }

    /** Gives the command no more input and waits until it ends. */
    Result result() {
        try {
            input().close();
            byte[] output = output().readNBytes(LONGEST_OUTPUT);
            if (output.length == LONGEST_OUTPUT) {
                throw new PermanentException(
                        Reason.TOO_LARGE, "a command on " + host + " prints more than 64 MiB; look at what is there");
            }
            return new Result(exitCode(), output, errors.toString());
        } catch (IOException e) {
            throw host.unreachable(e, deadline);
        }
    }

    /** Waits until the command ends; its output has been read, or does not matter. */
    int exitCode() {
        // Zero would wait for ever.
        channel.waitFor(
                EnumSet.of(ClientChannelEvent.CLOSED),
                Math.max(1, deadline.remaining().toMillis()));
        Integer exitCode = channel.getExitStatus();
        if (exitCode == null) {
            deadline.check("a command on " + host);
            throw new TransientException(
                    Reason.UNREACHABLE,
                    "the connection to " + host + " was lost during a command; whether it took effect is unknown");
        }
        if (exitCode == NOT_FOUND) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE, host + " lacks a command that is needed: " + errors + "; install it");
        }
        return exitCode;
    }

    /**
     * Ends the conversation, wherever it stands: input that was not sent yet is never sent. What the command does
     * without more input it may still do, as no server promises to kill it; that is what the fences of a delivery are
     * for.
     */
    @Override
    public void close() {
        expiry.cancel(false);
        // Before the channel, which would first wait to send what is left.
        IoUtils.closeQuietly(channel.getRemoteWindow());
        channel.close(false);
        IoUtils.closeQuietly(output());
    }
}
