package dev.holdfast.trust;

/** A signature or key that is not to be believed; the message says why, as the end of a sentence. */
final class BadSignature extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 60;

    BadSignature(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }

    /** Returns foreign text fit for a message: not endless, and nothing that is not plain. */
    static String shown(String text) {
        String head = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return head.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
