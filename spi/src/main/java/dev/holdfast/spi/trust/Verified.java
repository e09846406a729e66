package dev.holdfast.spi.trust;

import dev.holdfast.spi.Revision;
import java.time.Instant;

/**
 * What was proved of a revision before it was delivered: by which rule, by whose signature, over what.
 *
 * @param revision the revision; of an image its digest
 * @param rule the name of the rule of the host's trust policy
 * @param part what is signed; of a signed tag over an unsigned commit the tag alone, and by it the commit that it names
 * @param fingerprint the key that signed it, as {@code ssh-keygen -l} prints it, or as a {@link SignatureVerifier}
 *     names it; that of the tag, where both are signed. Of an image {@code SHA256:} and the same hash of the key's
 *     {@code SubjectPublicKeyInfo}
 * @param signer who that is by the host's list of signers; empty where the key alone is pinned
 * @param account what was found of each object, for people
 * @param at when that was
 */
public record Verified(
        Revision revision,
        String rule,
        SignedPart part,
        String fingerprint,
        String signer,
        String account,
        Instant at) {

    /** Returns the same at another time. */
    public Verified at(Instant time) {
        return new Verified(revision, rule, part, fingerprint, signer, account, time);
    }

    /** Returns it for people: the rule, what is signed, by whom with which key, and what was found of each object. */
    public String text() {
        String what = switch (part) {
            case COMMIT -> "signed commit";
            case TAG -> "signed tag";
            case TAG_AND_COMMIT -> "signed tag and signed commit";
            case IMAGE -> "signed image";
            case INDEX -> "signed index";
            case EACH_IMAGE -> "index of signed images";
        };
        String who = signer.isEmpty() ? "" : signer + " with ";
        return "rule " + rule + ": " + what + " by " + who + fingerprint + " (" + account + ")";
    }
}
