package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import dev.holdfast.spi.trust.GitObject;
import dev.holdfast.spi.trust.SignatureVerifier;
import dev.holdfast.spi.trust.SignatureVerifier.Answer;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Judges the evidence for one revision by one rule: does the evidence belong to the revision, is it signed as the rule
 * asks, and may the signer sign. What is missing, unreadable or ambiguous means no.
 *
 * @param rule what is asked for
 * @param question what is to be proved
 * @param now this node's time
 * @param seen when the same revision was accepted before; a key that ended since may stand for it
 */
record EvidenceCheck(TrustRule rule, Question question, Instant now, Optional<Instant> seen) {

    /** One object: signed by a key that may sign it, or why not. */
    private sealed interface Finding {

        record Good(String fingerprint, String signer, Instant when) implements Finding {}

        record Bad(Reason reason, String why) implements Finding {}
    }

    /**
     * Returns what is proved.
     *
     * @throws PermanentException that names rule, subject and remedy
     */
    Verified judge(Evidence evidence) {
        return judge(tagOf(evidence), commitOf(evidence));
    }

    /**
     * Returns when the newest of the good signatures was made, by the signer's word.
     *
     * @param accepted whose count, by fingerprint
     * @throws PermanentException as {@link #judge} does
     */
    Optional<Instant> signedAt(Evidence evidence, Predicate<String> accepted) {
        Finding tag = tagOf(evidence);
        Finding commit = commitOf(evidence);
        judge(tag, commit);
        return Stream.of(tag, commit)
                .flatMap(found -> found instanceof Finding.Good good ? Stream.of(good) : Stream.empty())
                .filter(good -> accepted.test(good.fingerprint()))
                .map(Finding.Good::when)
                .max(Comparator.naturalOrder());
    }

    private Finding commitOf(Evidence evidence) {
        return evidence.commit().map(this::commit).orElseGet(() -> missing("the source shows no commit for it"));
    }

    private Finding tagOf(Evidence evidence) {
        return question.tag().isEmpty()
                ? missing("it was not found by a tag")
                : evidence.tag().map(this::tag).orElseGet(() -> missing("it is not there as an annotated tag"));
    }

    private Verified judge(Finding tag, Finding commit) {
        return switch (rule.proof()) {
            case SIGNED_COMMIT -> one(SignedPart.COMMIT, commit, tag, commit);
            case SIGNED_TAG -> one(SignedPart.TAG, tag, tag, commit);
            case SIGNED_TAG_OR_COMMIT ->
                tag instanceof Finding.Bad bad && bad.reason() == Reason.UNSIGNED
                        ? one(SignedPart.COMMIT, commit, tag, commit)
                        : one(SignedPart.TAG, tag, tag, commit);
            case SIGNED_TAG_AND_COMMIT -> {
                one(SignedPart.COMMIT, commit, tag, commit);
                yield one(SignedPart.TAG_AND_COMMIT, tag, tag, commit);
            }
        };
    }

    private Verified one(SignedPart part, Finding deciding, Finding tag, Finding commit) {
        String account =
                "tag " + question.tag().map(name -> name + ": ").orElse("") + told(tag) + "; commit: " + told(commit);
        if (deciding instanceof Finding.Good good) {
            return new Verified(
                    question.revision(), rule.name(), part, good.fingerprint(), good.signer(), account, now);
        }
        Finding.Bad bad = (Finding.Bad) deciding;
        throw refused(bad.reason(), account);
    }

    private PermanentException refused(Reason reason, String account) {
        String remedy = switch (reason) {
            case UNSIGNED -> "have it signed (git tag -s), or change the rule";
            case SIGNER_REFUSED ->
                "if that key may sign, add it to "
                        + rule.signers().map(AllowedSigners::name).orElse("what the rule reads");
            default -> "find out who made it before you install it";
        };
        return new PermanentException(
                reason,
                "trust rule '" + rule.name() + "' asks for " + asked() + " and refuses revision "
                        + question.revision().abbreviated() + " of " + question.source() + ": " + account + "; "
                        + remedy);
    }

    private String asked() {
        return switch (rule.proof()) {
            case SIGNED_COMMIT -> "a signed commit";
            case SIGNED_TAG -> "a signed tag";
            case SIGNED_TAG_OR_COMMIT -> "a signed tag or commit";
            case SIGNED_TAG_AND_COMMIT -> "a signed tag and a signed commit";
        };
    }

    private static String told(Finding finding) {
        return finding instanceof Finding.Good good
                ? "signed by " + (good.signer().isEmpty() ? "" : good.signer() + " with ") + good.fingerprint()
                : ((Finding.Bad) finding).why();
    }

    private static Finding missing(String why) {
        return new Finding.Bad(Reason.UNSIGNED, why);
    }

    private static Finding bad(String why) {
        return new Finding.Bad(Reason.SIGNATURE_REFUSED, why);
    }

    private Finding commit(GitObject object) {
        if (object.kind() != GitObject.Kind.COMMIT
                || !object.id().equals(question.revision().value())) {
            return bad("the commit that the source shows is another one");
        }
        return signature(object);
    }

    /** A tag's signature is over its name and its commit: both must be what was asked for. */
    private Finding tag(GitObject object) {
        try {
            SignedText text = SignedText.of(object);
            if (object.kind() != GitObject.Kind.TAG || !text.header("type").equals(Optional.of("commit"))) {
                return bad("it is a tag of something else than a commit");
            }
            if (!text.header("object").equals(Optional.of(question.revision().value()))) {
                return bad("it names another commit by now");
            }
            if (!text.header("tag").equals(question.tag())) {
                return bad("inside it says '"
                        + BadSignature.shown(text.header("tag").orElse("")) + "'");
            }
        } catch (BadSignature e) {
            return bad("its signature is refused: " + e.why());
        }
        return signature(object);
    }

    private Finding signature(GitObject object) {
        try {
            SignedText text = SignedText.of(object);
            if (text.signature().isEmpty()) {
                return missing("unsigned");
            }
            String block = text.signature().get();
            if (!block.startsWith(SshSignature.BEGIN)) {
                return other(text.payload(), block);
            }
            SshSignature signature = SshSignature.read(block);
            signature.verify(text.payload());
            Optional<Instant> when = text.when();
            return when.isEmpty() ? bad("it has no date") : signer(signature.key(), when.get());
        } catch (BadSignature e) {
            return bad("its signature is refused: " + e.why());
        }
    }

    /** Returns when a key must not have ended: what was accepted once stays so. */
    private Instant asOf() {
        return seen.filter(now::isAfter).orElse(now);
    }

    private Finding other(byte[] payload, String block) {
        String first = block.lines().findFirst().orElse("");
        Optional<SignatureVerifier> reader =
                rule.verifiers().stream().filter(each -> each.reads(first)).findFirst();
        if (reader.isEmpty()) {
            return bad("its signature is not of the SSH kind, and nothing else is read by this rule");
        }
        Answer answer = reader.get().verify(payload, block, asOf());
        if (answer instanceof Answer.Good good) {
            return named(good);
        }
        return answer instanceof Answer.NotAllowed refused
                ? new Finding.Bad(Reason.SIGNER_REFUSED, refused.why())
                : bad("its signature is refused: " + ((Answer.Unbelievable) answer).why());
    }

    private Finding named(Answer.Good good) {
        return good.names().stream()
                .filter(name -> rule.names().isEmpty() || rule.names().contains(name))
                .findFirst()
                .<Finding>map(name -> new Finding.Good(good.fingerprint(), BadSignature.shown(name), good.when()))
                .orElseGet(() -> new Finding.Bad(
                        Reason.SIGNER_REFUSED,
                        "signed with " + good.fingerprint() + ", which is not of "
                                + String.join(" or ", rule.names())));
    }

    private Finding signer(SshKey key, Instant when) {
        if (rule.signers().isEmpty()) {
            return rule.verifiers().isEmpty()
                    ? new Finding.Good(key.fingerprint(), "", when)
                    : new Finding.Bad(
                            Reason.SIGNER_REFUSED,
                            "signed with " + key.fingerprint() + ", and the rule lists no SSH signers");
        }
        AllowedSigners signers = rule.signers().get();
        String by = "signed with " + key.fingerprint();
        if (signers.isRevoked(key)) {
            return new Finding.Bad(Reason.SIGNER_REFUSED, by + ", which is revoked");
        }
        String why = by + ", which is not in " + signers.name();
        for (SignerLine line : signers.of(key)) {
            Optional<String> name = named(line);
            Optional<String> hindrance = line.hindrance(when).or(() -> line.hindrance(asOf()));
            if (hindrance.isEmpty() && name.isPresent()) {
                return new Finding.Good(key.fingerprint(), name.get(), when);
            }
            why = by + ", which may not sign it: "
                    + hindrance.orElse("line " + line.number() + " is not for " + String.join(" or ", rule.names()));
        }
        return new Finding.Bad(Reason.SIGNER_REFUSED, why);
    }

    private Optional<String> named(SignerLine line) {
        return rule.names().isEmpty()
                ? Optional.of(line.principals().text())
                : rule.names().stream().filter(line.principals()::takes).findFirst();
    }
}
