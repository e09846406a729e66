package dev.holdfast.admin;

/**
 * Who sends a request, and what that caller may do.
 *
 * @param right what the caller may do
 * @param name the caller's name, for the audit; for {@link Right#REFUSED} and {@link Right#UNKNOWN} what the caller is
 *     told
 */
public record AdminCaller(Right right, String name) {

    /** What a caller may do. */
    public enum Right {
        /** Nothing, whoever it is: answered with 403. */
        REFUSED,
        /** Nothing before it says who it is: answered with 401. The files of the page are shown. */
        UNKNOWN,
        /** Read everything. */
        LOOK,
        /** Read everything, and decide: apply, install, roll back. */
        DECIDE
    }

    /** Returns a caller that may read and decide. */
    public static AdminCaller decides(String name) {
        return new AdminCaller(Right.DECIDE, name);
    }

    /** Returns a caller that may read. */
    public static AdminCaller looks(String name) {
        return new AdminCaller(Right.LOOK, name);
    }

    /** Returns a caller that has to say who it is, and is told {@code how}. */
    public static AdminCaller unknown(String how) {
        return new AdminCaller(Right.UNKNOWN, how);
    }

    /** Returns a caller that is refused, and is told {@code why}. */
    public static AdminCaller refused(String why) {
        return new AdminCaller(Right.REFUSED, why);
    }
}
