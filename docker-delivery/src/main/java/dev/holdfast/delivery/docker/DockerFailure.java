package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.PosixScript;
import java.io.IOException;
import java.util.Locale;

/**
 * What an error of the client means. The same error has another status with another engine (a read-only file system is
 * 500 or 400), so the engine's words decide before its numbers.
 */
final class DockerFailure {

    private DockerFailure() {}

    static HoldfastException of(String what, Throwable cause) {
        if (cause instanceof HoldfastException known) {
            return known;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof DockerException refused) {
            return refused(what, refused);
        }
        Throwable unread = null;
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof IOException && !isOfJson(inner)) {
                return unreachable(what, inner, cause);
            }
            unread = inner instanceof IOException ? inner : unread;
        }
        if (unread != null) {
            return unread(what, unread, cause);
        }
        throw cause instanceof RuntimeException bug ? bug : new IllegalStateException(cause);
    }

    /**
     * The errors of the JSON library are errors of input and output too; those of its core are known by their package.
     */
    private static boolean isOfJson(Throwable e) {
        return e instanceof JsonMappingException || e.getClass().getName().startsWith("com.fasterxml.jackson.core.");
    }

    /** Returns whether JSON could not be read because it ended in the middle. */
    static boolean endsEarly(Throwable e) {
        return String.valueOf(e.getMessage()).contains("end-of-input");
    }

    /** Returns what an error says without its quotes of the input. */
    static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * The engine answered. What cannot be read today cannot be read tomorrow, unless the answer ended in the middle.
     */
    private static HoldfastException unread(String what, Throwable inner, Throwable cause) {
        return endsEarly(inner)
                ? new TransientException(
                        Reason.UNREACHABLE,
                        what + " failed: the engine's answer ended in the middle; the outcome is unknown, try again",
                        cause)
                : new PermanentException(
                        Reason.PROTOCOL,
                        what + " failed: the engine's answer cannot be read (" + firstLine(inner)
                                + "); make the client with DockerClients.connect, or report it with the engine's version",
                        cause);
    }

    private static HoldfastException unreachable(String what, Throwable inner, Throwable cause) {
        if (String.valueOf(inner.getMessage()).contains("Permission denied")) {
            return new PermanentException(
                    Reason.FORBIDDEN,
                    what + " failed: no permission to use the Docker engine's socket; grant it to this process",
                    cause);
        }
        return new TransientException(
                Reason.UNREACHABLE,
                what + " failed: the Docker engine went away or does not answer (" + inner
                        + "); the outcome is unknown, try again when it runs",
                cause);
    }

    private static HoldfastException refused(String what, DockerException e) {
        String said = String.valueOf(e.getMessage()).strip();
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("no such container")) {
            return permanent(Reason.TARGET_NOT_FOUND, what, said, "check the container's name", e);
        }
        if (lower.contains("no such image")) {
            return permanent(
                    Reason.TARGET_UNUSABLE, what, said, "pull the helper image, or name one that the engine has", e);
        }
        // The program stands after these words with crun, which Podman uses and Docker may, and before them with runc.
        if (lower.contains("executable file") && lower.contains("not found in $path")) {
            return permanent(Reason.TARGET_UNUSABLE, what, said, "name a helper image with sh and sleep", e);
        }
        if (lower.contains("no such exec")) {
            return new TransientException(
                    Reason.TARGET_FAILED, what + " failed: the container went away; the outcome is unknown", e);
        }
        if (lower.contains("is paused")) {
            return permanent(Reason.TARGET_UNUSABLE, what, said, "unpause the container", e);
        }
        if (lower.contains("is not running") || lower.contains("container state improper")) {
            return permanent(Reason.TARGET_UNUSABLE, what, said, "start the container", e);
        }
        if (lower.contains("cannot be mapped to a host id")) {
            return permanent(
                    Reason.TARGET_UNUSABLE,
                    what,
                    said,
                    "name an owner that the engine maps: see userns-remap, or the ranges of its user",
                    e);
        }
        if (lower.contains("api version") && lower.contains("client version")) {
            return permanent(Reason.PROTOCOL, what, said, "make the client with DockerClients.connect", e);
        }
        return byReason(what, said, e);
    }

    private static HoldfastException byReason(String what, String said, DockerException e) {
        Reason reason = PosixScript.reason(said);
        return switch (reason) {
            case NO_SPACE -> permanent(reason, what, said, "free some space", e);
            case TARGET_READ_ONLY -> permanent(reason, what, said, "give the container a writable volume there", e);
            default ->
                e.getHttpStatus() >= 500
                        ? new TransientException(reason, what + " failed: " + said + "; try again", e)
                        : permanent(reason, what, said, "look at the container and the path", e);
        };
    }

    /** Returns whether an error says that nothing is at the path that was asked for. */
    static boolean isAbsence(DockerException e) {
        String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return (e instanceof NotFoundException && !said.contains("no such container"))
                || said.contains("not a directory");
    }

    private static PermanentException permanent(
            Reason reason, String what, String said, String remedy, DockerException e) {
        return new PermanentException(reason, what + " failed: " + said + "; " + remedy, e);
    }
}
