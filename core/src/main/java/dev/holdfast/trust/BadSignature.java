package dev.holdfast.trust;

/** A signature or key that is not to be believed; the message says why, as the end of a sentence. */
final class BadSignature extends Exception {

    private static final long serialVersionUID = 1L;

    BadSignature(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
