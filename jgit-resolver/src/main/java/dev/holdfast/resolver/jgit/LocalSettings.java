package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** Mistakes in the git configuration of the machine and the user, which JGit reads with everything that it does. */
final class LocalSettings {

    private static final String REMEDY =
            "; mend the setting, or call JGitResolver.isolateJvm() so that no such file is read";

    /** How JGit says that a setting has no value of its type. */
    private static final Pattern WRONG_TYPE = Pattern.compile("Invalid [a-z ]*value: [^=]*=.*", Pattern.DOTALL);

    private LocalSettings() {}

    /** Returns what to throw if the settings are why something failed; {@code null} if they are not. */
    static @Nullable PermanentException found(Throwable failure) {
        IllegalArgumentException value = Failures.find(failure, IllegalArgumentException.class);
        if (value != null
                && WRONG_TYPE.matcher(String.valueOf(value.getMessage())).matches()) {
            return refused(value);
        }
        SystemReader system = SystemReader.getInstance();
        // JGit forgets that the thread was interrupted where it reads a file.
        boolean interrupted = Thread.interrupted();
        try {
            system.getUserConfig();
            system.getSystemConfig();
            system.getJGitConfig();
            return null;
        } catch (ConfigInvalidException | IOException e) {
            return refused(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static PermanentException refused(Exception e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String detail = last == e ? "" : " (" + Failures.shown(String.valueOf(last.getMessage())) + ")";
        return new PermanentException(
                Reason.INVALID_VALUE,
                "the git configuration of this machine or its user cannot be used: "
                        + Failures.shown(String.valueOf(e.getMessage())) + detail + REMEDY);
    }
}
