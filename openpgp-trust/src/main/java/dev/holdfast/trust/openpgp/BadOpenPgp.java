package dev.holdfast.trust.openpgp;

/** A signature that is not to be believed; the message says why, as the end of a sentence. */
final class BadOpenPgp extends Exception {

    private static final long serialVersionUID = 1L;

    BadOpenPgp(String why) {
        super(why);
    }
}
