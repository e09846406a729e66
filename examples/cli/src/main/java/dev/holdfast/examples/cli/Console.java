package dev.holdfast.examples.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the process it runs in; a test hands in its own.
 *
 * @param out for answers
 * @param err for errors and progress
 * @param env the environment: where secrets come from, as everybody can read an argv
 * @param directory what relative paths start at
 * @param terminal whether {@code err} is a terminal, so that a progress bar may be drawn
 * @param clock what ages are counted by
 */
public record Console(
        PrintStream out, PrintStream err, Map<String, String> env, Path directory, boolean terminal, Clock clock) {

    /** Returns the console of this process. The script beside this module says whether there is a terminal. */
    public static Console ofProcess() {
        return new Console(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                "1".equals(System.getenv("HOLDFAST_TERMINAL")),
                Clock.systemUTC());
    }

    /** Returns a variable of the environment, unless it is not set or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(env.get(name)).filter(value -> !value.isEmpty());
    }

    /** Returns {@code path} as seen from the working directory. */
    Path resolve(Path path) {
        return directory.resolve(path).normalize();
    }
}
