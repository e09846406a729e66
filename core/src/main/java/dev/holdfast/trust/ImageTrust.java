package dev.holdfast.trust;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageEvidence;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageSignatures;
import dev.holdfast.spi.trust.Verified;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a digest of an image is trusted, by the host's {@link ImageTrustPolicy}. What was good once is judged again
 * without asking its registry, for as long as the process lives. Safe for use by several threads.
 */
public final class ImageTrust {

    private static final int MOST_KNOWN = 500;

    private final ImageTrustPolicy policy;
    private final ImageSignatures signatures;
    private final Clock clock;
    private final Map<Asked, Map<ImageDigest, ImageEvidence>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Map<ImageDigest, ImageEvidence>> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private record Asked(String name, ImageDigest digest) {}

    /**
     * Creates it. An {@code ImageWatcher} does so by itself; a host of its own asks here.
     *
     * @param policy what must be proved
     * @param signatures what registries show
     * @param clock by which records are dated
     */
    public ImageTrust(ImageTrustPolicy policy, ImageSignatures signatures, Clock clock) {
        this.policy = policy;
        this.signatures = signatures;
        this.clock = clock;
    }

    /**
     * Judges a digest; keeps what was good, and what was shown before the registry went away.
     *
     * @return what is proved; empty where no rule concerns the image
     * @throws PermanentException that names rule, subject and remedy, with {@link Reason#UNSIGNED},
     *     {@link Reason#SIGNATURE_REFUSED} or {@link Reason#SIGNER_REFUSED}; or with the registry's own refusal
     * @throws dev.holdfast.spi.TransientException if the registry could not be asked now
     */
    public Optional<Verified> judge(ImageReference image, ImageDigest digest, Deadline deadline) {
        Optional<ImageRule> rule = policy.concerning(image);
        if (rule.isEmpty()) {
            if (policy.refusesOthers()) {
                throw new PermanentException(
                        Reason.UNSIGNED,
                        "no image rule concerns " + image + ", and others are refused; add a rule for it");
            }
            return Optional.empty();
        }
        Asked asked = new Asked(image.name(), digest);
        // Taken out first: what is refused is asked for anew, since somebody may have signed it meanwhile.
        Map<ImageDigest, ImageEvidence> shown = taken(asked);
        try {
            Verified verified = new ImageSignatureCheck(rule.get(), image, clock.instant())
                    .judge(
                            digest,
                            wanted -> shown.computeIfAbsent(
                                    wanted, absent -> signatures.evidence(image, absent, deadline)));
            keep(asked, shown);
            return Optional.of(verified);
        } catch (TransientException e) {
            // What a slow registry has shown is not asked for again by the next attempt.
            keep(asked, shown);
            throw e;
        }
    }

    private synchronized Map<ImageDigest, ImageEvidence> taken(Asked asked) {
        Map<ImageDigest, ImageEvidence> before = known.remove(asked);
        return new HashMap<>(before == null ? Map.of() : before);
    }

    private synchronized void keep(Asked asked, Map<ImageDigest, ImageEvidence> shown) {
        known.put(asked, Map.copyOf(shown));
    }
}
