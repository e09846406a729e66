package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The content of a reader's hold: a small text file that says who holds a release. Its text form is documented in
 * {@code docs/contract.md}. The name of the file and its modification time are what counts; a content that cannot be
 * read says nothing, and ends no hold.
 *
 * @param since when it was taken, by the clock of its file system, to the second
 * @param process who is gone when this process is; empty for a hold that ends by its age alone
 */
public record HoldNote(Optional<Instant> since, Optional<HolderProcess> process) {

    /** The most bytes that are read of a hold. */
    public static final int LARGEST = 1024;

    /** What the name of a hold that is being removed begins with. */
    public static final String ENDED = ".ended.";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /**
     * Returns {@code name} if a hold, or what it begins with, may be called that.
     *
     * @throws PermanentException with {@link dev.holdfast.spi.Reason#INVALID_VALUE} if not
     */
    public static String checkName(String what, String name) {
        return Text.matching(
                NAME, what, name, "use 1 to 128 of a-z, A-Z, 0-9, '.', '_' and '-', a letter or digit first");
    }

    /** Returns whether a file of that name is a hold; any other is left alone. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the text of the file. */
    public String text() {
        return "holdfast-hold 1\n"
                + since.map(at -> "since " + Instant.ofEpochSecond(at.getEpochSecond()) + "\n")
                        .orElse("")
                + process.map(holder -> holder + "\n").orElse("");
    }

    /** Returns what a file says; what cannot be read is left out. */
    public static HoldNote parse(byte[] content) {
        Optional<Instant> since = Optional.empty();
        Optional<HolderProcess> process = Optional.empty();
        String text = new String(content, 0, Math.min(content.length, LARGEST), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("since ")) {
                since = time(line.substring("since ".length()));
            } else if (line.startsWith("process ")) {
                process = HolderProcess.parse(line);
            }
        }
        return new HoldNote(since, process);
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
