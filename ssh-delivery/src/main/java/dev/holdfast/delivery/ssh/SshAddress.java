package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.SshConstants;

/**
 * Who logs in where.
 *
 * @param host a name, or an address without brackets
 */
record SshAddress(String user, String host, int port) {

    private static final Pattern AUTHORITY =
            Pattern.compile("(?:(?<user>[^@]+)@)?(?<host>[^@:\\[\\]]+|\\[[^@\\[\\]]+])(?::(?<port>\\d{1,5}))?");

    /** Takes apart an address's authority, or refuses it; {@code user} logs in where it names none. */
    static SshAddress parse(String authority, String user) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || (parts.group("user") == null && user.isEmpty())) {
            throw PermanentException.invalid("host", authority, "write user@host or user@host:port");
        }
        return new SshAddress(
                parts.group("user") == null ? user : parts.group("user"),
                parts.group("host").replaceAll("[\\[\\]]", ""),
                parts.group("port") == null ? SshConstants.DEFAULT_PORT : Integer.parseInt(parts.group("port")));
    }

    /**
     * Returns what it means that a conversation broke off with {@code e}. An error that the library has wrapped is
     * thrown as it is: it tells nothing of the host.
     */
    HoldfastException unreachable(IOException e, Deadline deadline) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof Error error) {
                throw error;
            }
        }
        return deadline.hasPassed()
                ? deadline.timeout("work on " + this)
                : new TransientException(
                        Reason.UNREACHABLE,
                        this + " cannot be reached, or went away: " + e.getMessage() + "; try again when it is up",
                        e);
    }

    @Override
    public String toString() {
        return "ssh://" + user + "@" + host + ":" + port;
    }
}
