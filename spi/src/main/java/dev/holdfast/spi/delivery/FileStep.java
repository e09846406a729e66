package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One plain step on the files of a target. Paths are relative to the directory of the address; plain segments, none
 * starting with {@code -}.
 *
 * <p>A step either takes effect and succeeds, or fails and the script stops there. Steps that remove succeed when there
 * is nothing to remove.
 */
public sealed interface FileStep {

    /**
     * Makes a directory and its parents, mode 0755; succeeds if it is there.
     *
     * @param path the directory
     */
    record MakeDirectory(String path) implements FileStep {
        /** Refuses a bad path. */
        public MakeDirectory {
            Paths.check(path);
        }
    }

    /**
     * Writes a small file, mode 0644, over whatever file is there; fails if something other than a file is.
     *
     * @param path the file
     * @param content at most 4096 bytes of UTF-8 without NUL
     */
    record WriteFile(String path, String content) implements FileStep {
        /** Refuses a bad path or too much content. */
        public WriteFile {
            Paths.check(path);
            if (content.indexOf('\0') >= 0 || content.getBytes(StandardCharsets.UTF_8).length > 4096) {
                throw PermanentException.invalid("content of", path, "at most 4096 bytes, no NUL");
            }
        }
    }

    /**
     * Makes a fresh symbolic link; fails if anything is at {@code path}.
     *
     * @param path the link
     * @param to what it points to, written as it is
     */
    record PointLink(String path, String to) implements FileStep {
        /** Refuses a bad path. */
        public PointLink {
            Paths.check(path);
        }
    }

    /**
     * Makes {@code copy} name what {@code link} names now: a fresh link at {@code via} is renamed over {@code copy}.
     * Does nothing if {@code link} is not a link; fails if it is an absolute one, which no prefix fits.
     *
     * @param link the link to read
     * @param prefix put before what it points to
     * @param via where the fresh link is made; its last segment is that of {@code copy}
     * @param copy the link to replace; its directory exists
     */
    record CopyLink(String link, String prefix, String via, String copy) implements FileStep {
        /** Refuses bad paths. */
        public CopyLink {
            Paths.check(link);
            Paths.sameName(via, copy);
        }
    }

    /**
     * Moves an entry by one rename(2) to where nothing is; fails if something is, or if its directory is gone. What no
     * rename can move is never copied: it stays whole where it is, and the step fails; a part of it may be left at
     * {@code to}. That is so for a directory of a container image's layer, and between file systems.
     *
     * @param from the entry
     * @param to where it goes; the last segment is that of {@code from}
     */
    record Rename(String from, String to) implements FileStep {
        /** Refuses bad paths. */
        public Rename {
            Paths.sameName(from, to);
        }
    }

    /**
     * Moves a link by one rename(2) over another link, or to where nothing is; a reader of {@code to} sees the old link
     * or the new one at every moment. Fails, changing nothing, if {@code from} is gone or {@code to} is not a link.
     *
     * @param from the link
     * @param to where it goes; the last segment is that of {@code from}
     */
    record ReplaceLink(String from, String to) implements FileStep {
        /** Refuses bad paths. */
        public ReplaceLink {
            Paths.sameName(from, to);
        }
    }

    /**
     * Exchanges two entries by one system call: a reader of either path sees the one or the other at every moment.
     * Fails, changing nothing, if one is gone or the target cannot do that; never does it in two steps.
     *
     * @param one an entry
     * @param other another; the last segment is that of {@code one}
     */
    record Exchange(String one, String other) implements FileStep {
        /** Refuses bad paths. */
        public Exchange {
            Paths.sameName(one, other);
        }
    }

    /**
     * Removes an entry and all below it, links not followed; succeeds if there is none.
     *
     * @param path the entry
     */
    record RemoveTree(String path) implements FileStep {
        /** Refuses a bad path. */
        public RemoveTree {
            Paths.check(path);
        }
    }

    /**
     * Fails unless {@code path} is what it should be; links are not followed.
     *
     * @param path the entry
     * @param expected what it should be
     */
    record Require(String path, Expected expected) implements FileStep {
        /** Refuses a bad path. */
        public Require {
            Paths.check(path);
        }
    }

    /** What a {@link Require} expects. */
    enum Expected {
        /** A regular file. */
        FILE,
        /** A symbolic link. */
        LINK,
        /** Nothing at all. */
        ABSENT
    }

    /**
     * Fails unless {@code path} is a symbolic link that points to exactly {@code to}. Comes only where
     * {@link TargetSession#requiresLinks} says so.
     *
     * @param path the link
     * @param to what it has to point to, as stored
     */
    record RequireLink(String path, String to) implements FileStep {
        /** Refuses a bad path. */
        public RequireLink {
            Paths.check(path);
        }
    }

    /**
     * Fails if an entry of {@code directory} has a number for a name that is above {@code number}; other names, as a
     * file manager leaves them, do not count. Succeeds if the directory is empty or absent.
     *
     * @param directory the directory
     * @param number zero or more
     */
    record RequireNoneAbove(String directory, long number) implements FileStep {
        /** Refuses a bad path. */
        public RequireNoneAbove {
            Paths.check(directory);
        }
    }

    /**
     * For each entry of {@code directory} whose name is a number below {@code number}, removes its entry {@code child}
     * with all below; with an empty {@code child}, the entry itself. What another script removes meanwhile is no
     * failure.
     *
     * @param directory the directory
     * @param number zero or more
     * @param child a single segment, or empty
     */
    record RemoveBelow(String directory, long number, String child) implements FileStep {
        /** Refuses bad paths. */
        public RemoveBelow {
            Paths.check(directory);
            if (!child.isEmpty()) {
                Paths.check(child);
            }
        }
    }

    /**
     * Sets the permission bits of a directory, links not followed; fails if there is none.
     *
     * @param path the directory
     * @param mode four octal digits, such as {@code 1777}
     */
    record SetMode(String path, String mode) implements FileStep {

        private static final Pattern OCTAL = Pattern.compile("[0-7]{4}");

        /** Refuses a bad path or mode. */
        public SetMode {
            Paths.check(path);
            Text.matching(OCTAL, "mode", mode, "write four octal digits");
        }
    }

    /**
     * Fails if a reader holds something: if {@code directory} has a file that {@link HoldNote} describes, whose name
     * begins with {@code prefix}, and that stands. A hold stands if it was changed less than {@code seconds} before
     * {@code clock}, or after it, unless it names a process that is known to be gone. The message of the failure has a
     * line {@code held NAME SECONDS} for each of them, with its age; at most {@value #MOST}.
     *
     * <p>A hold that does not stand is removed. Before that it is renamed to {@code .ended.} and its name, and looked
     * at again: one that was renewed in between is put back. What cannot be read or removed makes the step fail too,
     * without such a line.
     *
     * @param directory may be absent; then nothing is held
     * @param prefix of the names; empty for all
     * @param seconds at least 1
     * @param clock a file whose modification time is now, or a little before: the file system's clock, not the caller's
     */
    record RequireUnheld(String directory, String prefix, int seconds, String clock) implements FileStep {

        /** The most holds that one failure names. */
        public static final int MOST = 50;

        /** Refuses bad paths, a bad prefix, and less than a second. */
        public RequireUnheld {
            Paths.check(directory);
            Paths.check(clock);
            if (!prefix.isEmpty()) {
                HoldNote.checkName("prefix of holds", prefix);
            }
            if (seconds < 1) {
                throw PermanentException.invalid("seconds", Integer.toString(seconds), "give at least 1");
            }
        }
    }

    /**
     * Asks what each regular file below {@code directory} is, without reading it and without following a link; changes
     * nothing. The answer is {@link ScriptResult.Answer.Files}: of no file if there is no such directory, and empty
     * where the target has no means to tell. A name that holds the end of a line may be told as something else.
     *
     * @param directory the directory
     */
    record SurveyFiles(String directory) implements FileStep {
        /** Refuses a bad path. */
        public SurveyFiles {
            Paths.check(directory);
        }
    }

    /**
     * Asks where a symbolic link points to; changes nothing. The answer is {@link ScriptResult.Answer.Link}. As the
     * last step it says what the steps before it came to, without another round trip.
     *
     * @param path the link
     */
    record ReadLink(String path) implements FileStep {
        /** Refuses a bad path. */
        public ReadLink {
            Paths.check(path);
        }
    }

    /**
     * Asks for the content of a file, links not followed in the last segment; changes nothing. The answer is
     * {@link ScriptResult.Answer.Text}.
     *
     * @param path the file
     * @param maxBytes the most that is read, from 1
     */
    record ReadText(String path, int maxBytes) implements FileStep {
        /** Refuses a bad path, and less than a byte. */
        public ReadText {
            Paths.check(path);
            if (maxBytes < 1) {
                throw PermanentException.invalid("maxBytes", Integer.toString(maxBytes), "give at least 1");
            }
        }
    }

    /** The grammar of paths on a target. */
    final class Paths {

        private static final Pattern DASHED = Pattern.compile("(^|/)-");

        private Paths() {}

        /** Returns {@code path} if it is relative, plain and safe as an argument of any command. */
        public static String check(String path) {
            if (!Text.plainPath(path) || DASHED.matcher(path).find()) {
                throw PermanentException.invalid(
                        "path",
                        path,
                        "use a relative path of plain segments, none empty, '.', '..' or starting with '-'");
            }
            return path;
        }

        /** Returns the last segment of {@code path}. */
        public static String name(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        /** Returns the directory of {@code path}; {@code .} for a single segment. */
        public static String parent(String path) {
            int slash = path.lastIndexOf('/');
            return slash < 0 ? "." : path.substring(0, slash);
        }

        private static void sameName(String from, String to) {
            check(from);
            check(to);
            if (!name(from).equals(name(to))) {
                throw PermanentException.invalid("rename of " + from + " to", to, "the last segment stays the same");
            }
        }
    }
}
