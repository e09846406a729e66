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

/** One row of the table in {@code docs/trust.md}: what a source shows, what the rule asks for, and what comes of it. */
final class TrustCase {

    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final String what;
    private final Proof proof;
    private final String signers;
    private Optional<GitObject> commit = Optional.empty();
    private Optional<GitObject> tag = Optional.empty();
    private String tagName = "v1.0.0";
    private String revoked = "";
    private List<String> names = List.of();
    private Instant now = NOW;
    private Optional<Instant> seen = Optional.empty();
    private Optional<String> subject = Optional.empty();
    private String expected = "good";
    private Optional<Boolean> git = Optional.empty();

    private TrustCase(String what, Proof proof, String signers) {
        this.what = what;
        this.proof = proof;
        this.signers = signers;
    }

    /** Returns a case that is good: without evidence, asked about {@code v1.0.0} at {@link #NOW}. */
    static TrustCase of(String what, Proof proof, String signers) {
        return new TrustCase(what, proof, signers);
    }

    TrustCase commit(GitObject object) {
        commit = Optional.of(object);
        return this;
    }

    TrustCase tag(GitObject object) {
        tag = Optional.of(object);
        return this;
    }

    TrustCase foundBy(String name) {
        tagName = name;
        return this;
    }

    TrustCase revoking(String keys) {
        revoked = keys;
        return this;
    }

    TrustCase by(String... principals) {
        names = List.of(principals);
        return this;
    }

    TrustCase at(String time) {
        now = Instant.parse(time);
        return this;
    }

    TrustCase seen(String time) {
        seen = Optional.of(Instant.parse(time));
        return this;
    }

    TrustCase asked(String revision) {
        subject = Optional.of(revision);
        return this;
    }

    TrustCase refused(Reason reason) {
        expected = reason.name();
        return this;
    }

    /** Sets what git is to say of the same object, by the same list of signers; by default it has no such question. */
    TrustCase git(boolean accepts) {
        git = Optional.of(accepts);
        return this;
    }

    /** Returns {@code good}, or the reason of the refusal. */
    String expected() {
        return expected;
    }

    Optional<Boolean> git() {
        return git;
    }

    String signers() {
        return signers;
    }

    String revoked() {
        return revoked;
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
