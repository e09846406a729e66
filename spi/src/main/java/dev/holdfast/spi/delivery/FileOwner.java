package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who owns what a target delivers: a user and a group by number, because names differ from place to place.
 *
 * <p>It is the owner of each file, directory and link of a delivered tree, the marker included. What Holdfast makes
 * beside it stays with the account that Holdfast works as: the address's directory, the dot folders, the live link. So
 * an owner cannot change what is live. It can change what it owns: {@code verify} tells, by the marker, which the owner
 * may write too.
 *
 * @param user the user's number, zero or more
 * @param group the group's number, zero or more
 */
public record FileOwner(int user, int group) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,10}):(\\d{1,10})");

    /** Refuses negative numbers. */
    public FileOwner {
        if (user < 0 || group < 0) {
            throw refused(user + ":" + group);
        }
    }

    /**
     * Returns the owner that {@code text} names, such as {@code 1000:1000}.
     *
     * @throws PermanentException with {@link Reason#INVALID_VALUE} if it is anything but two numbers of at most
     *     2,147,483,647
     */
    public static FileOwner parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw refused(text);
        }
        return new FileOwner(number(parts.group(1), text), number(parts.group(2), text));
    }

    private static int number(String digits, String text) {
        long number = Long.parseLong(digits);
        if (number > Integer.MAX_VALUE) {
            throw refused(text);
        }
        return (int) number;
    }

    private static PermanentException refused(String text) {
        return PermanentException.invalid("owner", text, "write user:group in numbers, such as 1000:1000");
    }

    /**
     * Returns the exception that says that a target may not give files away.
     *
     * @param where the place
     * @param said what its system said
     */
    public PermanentException forbidden(String where, String said) {
        return new PermanentException(
                Reason.FORBIDDEN,
                where + ": files cannot be given to " + this + " (" + said
                        + "); root may give them to anybody, others only to themselves and a group they are in");
    }

    /** Returns {@code user:group}. */
    @Override
    public String toString() {
        return user + ":" + group;
    }
}
