package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.RemoteRepositoryException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure inside JGit or HTTP means for who asked. JGit's own exceptions are not kept as a cause: their messages
 * hold up to 64 kB of whatever the server sent.
 */
final class Failures {

    private static final int SHOWN = 200;
    private static final int DEPTH = 20;

    private Failures() {}

    /** Returns text from outside fit for a message: one line, no control characters, not endless. */
    static String shown(String text) {
        String head = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return head.replaceAll("\\p{Cntrl}|[^\\x20-\\x7e]", "?");
    }

    /**
     * Throws the {@code Error} that a library has wrapped, if there is one: running out of memory, say, is of this JVM
     * and tells nothing of the server.
     */
    static void passOnError(@Nullable Throwable failure) {
        Error error = find(failure, Error.class);
        if (error != null) {
            throw error;
        }
    }

    /** Returns what happened, from the most telling exception in the chain; throws an error as it is. */
    static HoldfastException of(GitLocation at, Deadline deadline, UnaryOperator<String> shown, Throwable failure) {
        passOnError(failure);
        HoldfastException known = find(failure, HoldfastException.class);
        if (known != null) {
            return known;
        }
        if (deadline.hasPassed()) {
            return deadline.timeout("asking " + at);
        }
        if (find(failure, NoRemoteRepositoryException.class) != null) {
            return new PermanentException(
                    Reason.SOURCE_NOT_FOUND,
                    at + " does not exist, or is hidden from these credentials; check its name");
        }
        CorruptObjectException corrupt = find(failure, CorruptObjectException.class);
        if (corrupt != null) {
            return new PermanentException(
                    Reason.BUNDLE_REFUSED,
                    at + " holds an object that git itself refuses: " + shown.apply(message(corrupt))
                            + "; mend the repository");
        }
        return protocol(at, shown, failure);
    }

    private static HoldfastException protocol(GitLocation at, UnaryOperator<String> shown, Throwable failure) {
        RemoteRepositoryException said = find(failure, RemoteRepositoryException.class);
        if (said != null) {
            return said(at, shown, message(said));
        }
        Throwable network = find(failure, SocketException.class);
        if (network == null) {
            network = find(failure, UnknownHostException.class);
        }
        if (network != null) {
            return unreachable(at, network);
        }
        if (find(failure, EOFException.class) != null || find(failure, PackProtocolException.class) != null) {
            return new TransientException(
                    Reason.PROTOCOL,
                    at + " broke off or spoke something else than git: " + shown.apply(message(failure))
                            + "; try again, and check the server if it stays");
        }
        return new TransientException(
                Reason.UNREACHABLE,
                "cannot read from " + at + ": " + shown.apply(message(failure)) + "; try again later");
    }

    /** Returns what the server's own words mean, which it sends in place of an answer. */
    static PermanentException said(GitLocation at, UnaryOperator<String> shown, String words) {
        if (words.contains("not exported") || words.contains("no such repository")) {
            return new PermanentException(
                    Reason.SOURCE_NOT_FOUND,
                    at + " does not exist, or is not exported (" + shown.apply(words) + "); check its name");
        }
        return words.contains("not our ref") || words.contains("not valid")
                ? revisionNotFound(at, "it has no such commit")
                : new PermanentException(Reason.PROTOCOL, at + " said: " + shown.apply(words));
    }

    static PermanentException revisionNotFound(GitLocation at, String why) {
        return new PermanentException(
                Reason.REVISION_NOT_FOUND,
                "the revision cannot be fetched from " + at + ": " + why + "; it may have been rewritten away");
    }

    /** Returns what a failed connection means. */
    static HoldfastException unreachable(GitLocation at, @Nullable Throwable cause) {
        return unreachable(at, "", cause);
    }

    /** As above; {@code via} says what is on the way. */
    static HoldfastException unreachable(GitLocation at, String via, @Nullable Throwable cause) {
        passOnError(cause);
        HoldfastException known = find(cause, HoldfastException.class);
        if (known != null) {
            return known;
        }
        if (find(cause, SSLHandshakeException.class) != null) {
            return new PermanentException(
                    Reason.UNREACHABLE,
                    at + " has no certificate that is trusted here; give its authority to the resolver's sslContext",
                    cause);
        }
        String why = "the connection broke";
        if (find(cause, UnknownHostException.class) != null || find(cause, UnresolvedAddressException.class) != null) {
            why = "its host name is unknown";
        } else if (find(cause, ConnectException.class) != null) {
            why = "the connection was refused";
        } else if (find(cause, SSLException.class) != null) {
            why = "it does not speak TLS as expected";
        }
        return new TransientException(
                Reason.UNREACHABLE, at + " cannot be reached" + via + ": " + why + "; try again later", cause);
    }

    static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> type) {
        Throwable at = failure;
        for (int i = 0; at != null && i < DEPTH; i++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
            at = at.getCause();
        }
        return null;
    }

    /** Returns whether the server refused what was wanted by its id. */
    static boolean notOurs(Throwable failure) {
        HoldfastException known = find(failure, HoldfastException.class);
        return known != null && known.reason() == Reason.REVISION_NOT_FOUND;
    }

    private static String message(Throwable failure) {
        String text = failure.getMessage();
        return text == null ? failure.getClass().getSimpleName().toLowerCase(Locale.ROOT) : text;
    }
}
