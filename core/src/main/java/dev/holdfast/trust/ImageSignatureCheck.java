package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageEvidence;
import dev.holdfast.spi.image.ImageEvidence.Form;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageSignature;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges what a registry shows for one digest by one rule. What is missing, unreadable or ambiguous means no.
 *
 * <p>An index is good if it is signed, and then all in it is; or, where no signature is shown for it, if each image in
 * it is. Not the image for one platform alone: which one a runtime picks is the runtime's affair.
 *
 * @param rule what is asked for
 * @param image where the digest is kept
 * @param now this node's time
 */
record ImageSignatureCheck(ImageRule rule, ImageReference image, Instant now) {

    private static final int MOST_IMAGES = 32;
    private static final int MOST_NESTED = 3;

    private sealed interface Finding {

        record Good(String fingerprint, String how) implements Finding {}

        record Bad(Reason reason, String why) implements Finding {}
    }

    /**
     * Returns what is proved.
     *
     * @param shown asks for what is kept for a digest
     * @throws PermanentException that names rule, subject and remedy
     */
    Verified judge(ImageDigest digest, Function<ImageDigest, ImageEvidence> shown) {
        ImageEvidence evidence = shown.apply(digest);
        Finding own = finding(evidence);
        boolean index = evidence.form() != Form.IMAGE;
        String account = (index ? "index: " : "image: ") + told(own);
        if (own instanceof Finding.Good good) {
            return verified(digest, index ? SignedPart.INDEX : SignedPart.IMAGE, good.fingerprint(), account);
        }
        Finding.Bad bad = (Finding.Bad) own;
        if (!index || bad.reason() != Reason.UNSIGNED) {
            throw refused(digest, bad.reason(), account);
        }
        return eachOf(evidence, account, shown);
    }

    private Verified eachOf(ImageEvidence index, String about, Function<ImageDigest, ImageEvidence> shown) {
        StringBuilder account = new StringBuilder(about);
        Optional<Finding.Good> first = Optional.empty();
        for (ImageEvidence each : images(index, about, shown)) {
            Finding found = finding(each);
            account.append("; ").append(shortened(each.digest())).append(": ").append(told(found));
            if (found instanceof Finding.Bad bad) {
                throw refused(index.digest(), bad.reason(), account.toString());
            }
            first = first.or(() -> Optional.of((Finding.Good) found));
        }
        return first.map(
                        good -> verified(index.digest(), SignedPart.EACH_IMAGE, good.fingerprint(), account.toString()))
                .orElseThrow(() -> refused(index.digest(), Reason.UNSIGNED, about + "; no image is in it"));
    }

    /** Returns every image in an index; an index in it that is signed stands for its own. */
    private List<ImageEvidence> images(ImageEvidence index, String about, Function<ImageDigest, ImageEvidence> shown) {
        List<ImageEvidence> images = new ArrayList<>();
        List<ImageEvidence> level = List.of(index);
        for (int depth = 0; !level.isEmpty(); depth++) {
            List<ImageEvidence> next = new ArrayList<>();
            for (ImageEvidence within : level) {
                if (within.form() == Form.UNCLEAR_INDEX
                        || depth > MOST_NESTED
                        || images.size() + next.size() + within.images().size() > MOST_IMAGES) {
                    throw refused(
                            index.digest(),
                            Reason.UNSIGNED,
                            about + ", and what is in it is not plain enough to ask for each image instead");
                }
                for (ImageDigest digest : within.images()) {
                    ImageEvidence each = shown.apply(digest);
                    boolean image =
                            each.form() == Form.IMAGE || !each.signatures().isEmpty();
                    (image ? images : next).add(each);
                }
            }
            level = next;
        }
        return images;
    }

    private Verified verified(ImageDigest digest, SignedPart part, String fingerprint, String account) {
        return new Verified(Revision.of(digest.value()), rule.name(), part, fingerprint, "", account, now);
    }

    private PermanentException refused(ImageDigest digest, Reason reason, String account) {
        String remedy = switch (reason) {
            case UNSIGNED -> "have it signed (cosign sign --recursive --key), or change the rule";
            case SIGNER_REFUSED ->
                "if whoever made it may sign, add the key to " + rule.keys().name();
            default -> "find out who made it before you run it";
        };
        return new PermanentException(
                reason,
                "image rule '" + rule.name() + "' asks for a signature with a key of "
                        + rule.keys().name() + " and refuses " + digest + " of " + image + ": " + account + "; "
                        + remedy);
    }

    private static String shortened(ImageDigest digest) {
        return digest.value().substring(0, "sha256:".length() + 12);
    }

    private static String told(Finding finding) {
        return finding instanceof Finding.Good good ? good.how() : ((Finding.Bad) finding).why();
    }

    /** One good signature is enough, whoever else has signed. */
    private Finding finding(ImageEvidence evidence) {
        List<Finding.Bad> bad = new ArrayList<>();
        for (ImageSignature signature : evidence.signatures()) {
            Finding found = finding(signature, evidence.digest());
            if (found instanceof Finding.Good) {
                return found;
            }
            bad.add((Finding.Bad) found);
        }
        return bad.stream()
                .filter(found -> found.reason() == Reason.SIGNER_REFUSED)
                .findFirst()
                .or(() -> bad.stream().findFirst())
                .map(Finding.class::cast)
                .orElseGet(() -> new Finding.Bad(Reason.UNSIGNED, "its registry shows no signature for it"));
    }

    private Finding finding(ImageSignature found, ImageDigest digest) {
        try {
            CosignSignature signature = CosignSignature.read(found);
            for (PemKey key : rule.keys().all()) {
                if (signature.isBy(key)) {
                    return good(found, key, signature.over(digest));
                }
            }
            return new Finding.Bad(Reason.SIGNER_REFUSED, "signed, and with none of those keys");
        } catch (BadSignature e) {
            return new Finding.Bad(Reason.SIGNATURE_REFUSED, "its signature is refused: " + e.why());
        }
    }

    private Finding good(ImageSignature found, PemKey key, String reference) {
        String as = reference.isEmpty() ? "" : " as " + BadSignature.shown(reference);
        if (!rule.takes(reference)) {
            return new Finding.Bad(
                    Reason.SIGNATURE_REFUSED,
                    "signed" + (as.isEmpty() ? " without a name" : as) + ", and the rule asks for "
                            + rule.signedAs().orElseThrow());
        }
        String where = found.place() == ImageSignature.Place.TAG ? "tag" : "referrer";
        return new Finding.Good(
                key.fingerprint(), "signed" + as + " with " + key.fingerprint() + ", found by " + where);
    }
}
