package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import java.util.regex.Pattern;

/**
 * A regular file of a target that has the content, size and mode of a file in a bundle. A target may make the new file
 * as a hard link to it, and then does not read the content; one that does not, or cannot, writes the content.
 *
 * <p>A link shares owner, mode and times with its twin, so a target that sets them sets exactly these.
 *
 * @param path the file, relative to the directory of the address
 * @param modified its modification time in whole seconds since 1970
 * @param user the number of its user
 * @param group the number of its group
 */
public record Twin(String path, long modified, long user, long group) {

    private static final Pattern NOT_PLAIN = Pattern.compile("(?s)(.*/)?\\.{0,2}(/.*)?|.*\00.*");

    /** Refuses a path that leaves the directory of the address; any plain name is one, as a bundle's paths are. */
    public Twin {
        if (NOT_PLAIN.matcher(path).matches()) {
            throw PermanentException.invalid("twin", path, "use a relative path of plain segments");
        }
    }
}
