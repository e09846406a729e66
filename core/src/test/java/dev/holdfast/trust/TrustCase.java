package dev.holdfast.trust;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import dev.holdfast.spi.trust.GitObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One row of the table in {@code docs/trust.md}: what a source shows, what the rule asks for, and what comes of it.
 *
 * @param what the case
 * @param expected {@code good}, or the reason of the refusal
 * @param git what git is to say of the same object, by the same list of signers; empty where git has no such question
 */
record TrustCase(
        String what,
        Proof proof,
        Optional<GitObject> commit,
        Optional<GitObject> tag,
        String tagName,
        String signers,
        String revoked,
        List<String> names,
        Instant now,
        Optional<Instant> seen,
        Optional<String> subject,
        String expected,
        Optional<Boolean> git) {

    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    static TrustCase of(String what, Proof proof, String signers) {
        return new TrustCase(
                what,
                proof,
                Optional.empty(),
                Optional.empty(),
                "v1.0.0",
                signers,
                "",
                List.of(),
                NOW,
                Optional.empty(),
                Optional.empty(),
                "good",
                Optional.empty());
    }

    TrustCase commit(GitObject object) {
        return new TrustCase(
                what,
                proof,
                Optional.of(object),
                tag,
                tagName,
                signers,
                revoked,
                names,
                now,
                seen,
                subject,
                expected,
                git);
    }

    TrustCase tag(GitObject object) {
        return new TrustCase(
                what,
                proof,
                commit,
                Optional.of(object),
                tagName,
                signers,
                revoked,
                names,
                now,
                seen,
                subject,
                expected,
                git);
    }

    TrustCase foundBy(String name) {
        return new TrustCase(
                what, proof, commit, tag, name, signers, revoked, names, now, seen, subject, expected, git);
    }

    TrustCase revoking(String keys) {
        return new TrustCase(
                what, proof, commit, tag, tagName, signers, keys, names, now, seen, subject, expected, git);
    }

    TrustCase by(String... principals) {
        return new TrustCase(
                what,
                proof,
                commit,
                tag,
                tagName,
                signers,
                revoked,
                List.of(principals),
                now,
                seen,
                subject,
                expected,
                git);
    }

    TrustCase at(String time) {
        return new TrustCase(
                what,
                proof,
                commit,
                tag,
                tagName,
                signers,
                revoked,
                names,
                Instant.parse(time),
                seen,
                subject,
                expected,
                git);
    }

    TrustCase seen(String time) {
        return new TrustCase(
                what,
                proof,
                commit,
                tag,
                tagName,
                signers,
                revoked,
                names,
                now,
                Optional.of(Instant.parse(time)),
                subject,
                expected,
                git);
    }

    TrustCase asked(String revision) {
        return new TrustCase(
                what,
                proof,
                commit,
                tag,
                tagName,
                signers,
                revoked,
                names,
                now,
                seen,
                Optional.of(revision),
                expected,
                git);
    }

    TrustCase refused(Reason reason) {
        return new TrustCase(
                what, proof, commit, tag, tagName, signers, revoked, names, now, seen, subject, reason.name(), git);
    }

    TrustCase git(boolean accepts) {
        return new TrustCase(
                what,
                proof,
                commit,
                tag,
                tagName,
                signers,
                revoked,
                names,
                now,
                seen,
                subject,
                expected,
                Optional.of(accepts));
    }

    Evidence evidence() {
        return new Evidence(commit, tag);
    }

    EvidenceCheck check() {
        AllowedSigners allowed = AllowedSigners.parse(signers).revoking(revoked);
        TrustRule rule = TrustRule.signed("acme", "github://acme/*", allowed)
                .asking(proof)
                .by(names.toArray(String[]::new));
        String revision = subject.or(() -> commit.map(GitObject::id)).orElse("1".repeat(40));
        Question question = new Question(
                Source.parse("github://acme/greeter"),
                Revision.of(revision),
                Optional.of(tagName).filter(name -> !name.isEmpty()));
        return new EvidenceCheck(rule, question, now, seen);
    }

    /** What git is asked about: the tag, where there is one. */
    GitObject signed() {
        return tag.or(() -> commit).orElseThrow();
    }

    String row() {
        String said = git.map(accepts -> accepts ? "good" : "refused").orElse("-");
        return "| " + what + " | " + proof + " | " + (expected.equals("good") ? "good" : "`" + expected + "`") + " | "
                + said + " |";
    }

    @Override
    public String toString() {
        return what + " (" + proof + ")";
    }
}
