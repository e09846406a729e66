package dev.holdfast.spi.trust;

import dev.holdfast.spi.PermanentException;
import java.time.Instant;
import java.util.List;

/**
 * Checks signatures of git objects in a form that Holdfast does not read itself, against keys that the host has given
 * it. SSH signatures it is never asked about.
 *
 * <p>Asks no network. Safe for use by several threads.
 */
public interface SignatureVerifier {

    /**
     * Returns whether it reads blocks that begin with this line.
     *
     * @param firstLine such as {@code -----BEGIN PGP SIGNATURE-----}
     */
    boolean reads(String firstLine);

    /**
     * Checks one signature.
     *
     * @param payload what it must be over
     * @param block the signature, from its first line on, with all that follows
     * @param asOf a key that has ended by then may not sign: this node's time, or when the same revision was accepted
     *     before
     * @throws PermanentException if the keys cannot be read; then nobody may sign
     */
    Answer verify(byte[] payload, String block, Instant asOf);

    /** What became of it. */
    sealed interface Answer {

        /**
         * It is good.
         *
         * @param fingerprint names the key to people and to pins: without spaces, at most 128 characters
         * @param names whose it is: user ids and addresses, the best first; not empty
         * @param when it was made, by the signer's word
         */
        record Good(String fingerprint, List<String> names, Instant when) implements Answer {

            /** Copies the list. */
            public Good {
                names = List.copyOf(names);
            }
        }

        /**
         * It is not to be believed: of other bytes, unreadable, ambiguous.
         *
         * @param why as the end of a sentence
         */
        record Unbelievable(String why) implements Answer {}

        /**
         * Whoever made it may not sign: not in the list, revoked, ended.
         *
         * @param why as a sentence without its end, with the key
         */
        record NotAllowed(String why) implements Answer {}
    }
}
