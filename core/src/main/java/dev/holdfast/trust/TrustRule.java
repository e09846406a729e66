package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.trust.SignatureVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What must be proved of the sources that a pattern names.
 *
 * @param name what messages and records call it: a letter or digit, then those and {@code . _ -}, at most 63
 * @param sources which: {@code github://acme/*}, or the address of the repository, such as
 *     {@code https://github.com/acme/*}; {@code *} stands for any letters. Looked for in both forms, without the ref,
 *     and whatever the case of letters, since forges do not tell it apart
 * @param proof what is signed
 * @param signers who may sign with SSH keys; empty where nobody is listed
 * @param verifiers what reads other signatures, and says who may make those
 * @param names for whom among those, such as {@code alice@example.org}; empty for all
 * @param pinsSigner whether the first signer of a repository is remembered, and another one needs a person
 * @param pinsOrigin whether the first commits of a repository are remembered, and others need a person
 * @param fresh within which time each source must show a new signature; empty for no such time
 */
public record TrustRule(
        String name,
        String sources,
        Proof proof,
        Optional<AllowedSigners> signers,
        List<SignatureVerifier> verifiers,
        List<String> names,
        boolean pinsSigner,
        boolean pinsOrigin,
        Optional<Duration> fresh) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** Refuses a rule that proves nothing. */
    public TrustRule {
        verifiers = List.copyOf(verifiers);
        names = List.copyOf(names);
        if (!NAME.matcher(name).matches()) {
            throw PermanentException.invalid("trust rule", name, "use letters, digits, '.', '_' and '-', at most 63");
        }
        if (sources.isBlank()) {
            throw PermanentException.invalid("sources of trust rule " + name, sources, "write such as github://acme/*");
        }
        if (signers.isEmpty() && verifiers.isEmpty() && !names.isEmpty()) {
            throw PermanentException.invalid("trust rule", name, "names are looked up among signers, and it has none");
        }
        if (fresh.filter(within -> within.compareTo(Duration.ofHours(1)) < 0).isPresent()) {
            throw PermanentException.invalid(
                    "freshness of trust rule " + name, fresh.get().toString(), "give an hour or more");
        }
        if (signers.isEmpty() && verifiers.isEmpty() && !pinsSigner) {
            throw PermanentException.invalid("trust rule", name, "say who may sign, or let it pin the first signer");
        }
    }

    /**
     * Returns a rule that asks for a signed tag or a signed commit by one of {@code signers}.
     *
     * @param name what messages call it
     * @param sources as in {@link TrustRule}
     */
    public static TrustRule signed(String name, String sources, AllowedSigners signers) {
        return new TrustRule(
                name,
                sources,
                Proof.SIGNED_TAG_OR_COMMIT,
                Optional.of(signers),
                List.of(),
                List.of(),
                false,
                false,
                Optional.empty());
    }

    /** As {@link #signed}, by whoever signs what is installed first: trust on first use. */
    public static TrustRule pinned(String name, String sources) {
        return new TrustRule(
                name,
                sources,
                Proof.SIGNED_TAG_OR_COMMIT,
                Optional.empty(),
                List.of(),
                List.of(),
                true,
                false,
                Optional.empty());
    }

    /**
     * As {@link #signed(String, String, AllowedSigners)}, by those whose signatures a verifier takes; SSH signatures
     * are refused.
     */
    public static TrustRule signed(String name, String sources, SignatureVerifier verifier) {
        return new TrustRule(
                name,
                sources,
                Proof.SIGNED_TAG_OR_COMMIT,
                Optional.empty(),
                List.of(verifier),
                List.of(),
                false,
                false,
                Optional.empty());
    }

    /** Returns the same that takes signatures which a verifier takes, too. */
    public TrustRule reading(SignatureVerifier verifier) {
        List<SignatureVerifier> all =
                Stream.concat(verifiers.stream(), Stream.of(verifier)).toList();
        return new TrustRule(name, sources, proof, signers, all, names, pinsSigner, pinsOrigin, fresh);
    }

    /** Returns the same that asks for another proof. */
    public TrustRule asking(Proof other) {
        return new TrustRule(name, sources, other, signers, verifiers, names, pinsSigner, pinsOrigin, fresh);
    }

    /**
     * Returns the same for those among the signers who have one of these names: in their line, or as user id or
     * address.
     */
    public TrustRule by(String... principals) {
        return new TrustRule(
                name, sources, proof, signers, verifiers, List.of(principals), pinsSigner, pinsOrigin, fresh);
    }

    /** Returns the same that remembers the first signer of each repository. */
    public TrustRule pinningSigner() {
        return new TrustRule(name, sources, proof, signers, verifiers, names, true, pinsOrigin, fresh);
    }

    /**
     * Returns the same that remembers the first commits of each repository, of which its history may have 1,000 at
     * most.
     */
    public TrustRule pinningOrigin() {
        return new TrustRule(name, sources, proof, signers, verifiers, names, pinsSigner, true, fresh);
    }

    /**
     * Returns the same for sources that sign something new at least that often: a release, or the tag or commit of one
     * anew. One that does not is told as {@code SourceStale} and degrades health; nothing is refused for it.
     *
     * @param within at least an hour: it is looked at once a day
     */
    public TrustRule freshWithin(Duration within) {
        return new TrustRule(
                name, sources, proof, signers, verifiers, names, pinsSigner, pinsOrigin, Optional.of(within));
    }

    boolean concerns(Source source, Upstream upstream) {
        String pattern = sources.toLowerCase(Locale.ROOT);
        return PatternList.matches(pattern, source.base().toLowerCase(Locale.ROOT))
                || PatternList.matches(pattern, upstream.key().toLowerCase(Locale.ROOT));
    }
}
