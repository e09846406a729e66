package dev.holdfast.trust;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.spi.trust.Candidate;
import dev.holdfast.spi.trust.Candidate.CandidateFile;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Asks a host's {@link Admission} about a bundle.
 *
 * @param admission the host's
 * @param mostEntries how many entries are looked at; a bundle with more is refused
 * @param mostBytes how many bytes of content, in all
 */
record AdmissionCheck(Admission admission, int mostEntries, long mostBytes) {

    private static final int BLOCK = 64 * 1024;

    /**
     * Refuses what the host does not admit.
     *
     * @throws HoldfastException with {@link Reason#NOT_ADMITTED}; one that may pass where it lets the candidate wait
     */
    void ask(TrustSubject subject, Evidence evidence, Optional<Verified> verified, Bundle bundle, Instant now) {
        Candidate candidate = new Candidate(
                subject.key(),
                subject.origin().source(),
                subject.revision(),
                subject.version(),
                evidence,
                verified,
                files(subject, bundle));
        Decision decision = decided(candidate);
        if (decision instanceof Decision.Refuse refused) {
            throw new PermanentException(
                    Reason.NOT_ADMITTED, "this host does not admit " + about(subject) + ": " + refused.why());
        }
        if (decision instanceof Decision.Wait wait) {
            Duration pause = Duration.between(now, wait.until());
            throw new TransientException(
                    Reason.NOT_ADMITTED,
                    "this host lets " + about(subject) + " wait until " + wait.until() + ": " + wait.why(),
                    null,
                    pause.isNegative() ? Duration.ZERO : pause);
        }
    }

    private Decision decided(Candidate candidate) {
        try {
            return admission.decide(candidate);
        } catch (HoldfastException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TransientException(
                    Reason.NOT_ADMITTED, "the admission of this host failed, so nothing is delivered: " + e, e);
        }
    }

    private static String about(TrustSubject subject) {
        return "revision " + subject.revision().abbreviated() + " of "
                + subject.origin().source() + " for " + subject.key();
    }

    private List<CandidateFile> files(TrustSubject subject, Bundle bundle) {
        List<CandidateFile> files = new ArrayList<>();
        int count = 0;
        long left = mostBytes;
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                if (++count > mostEntries) {
                    throw tooLarge(subject);
                }
                if (entry instanceof BundleEntry.File file) {
                    left -= file.size();
                    if (left < 0) {
                        throw tooLarge(subject);
                    }
                    files.add(new CandidateFile(file.path(), file.size(), file.executable(), hash(entries.content())));
                }
            }
            return files;
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, about(subject) + " could not be read: " + e.getMessage() + "; try again", e);
        }
    }

    private static PermanentException tooLarge(TrustSubject subject) {
        return new PermanentException(
                Reason.TOO_LARGE, about(subject) + " is larger than this host delivers; raise its limits");
    }

    private static String hash(InputStream content) throws IOException {
        try (InputStream in = content) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
