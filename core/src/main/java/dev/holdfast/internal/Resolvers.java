package dev.holdfast.internal;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The host's resolvers by scheme, and what every one of them is asked in the same way. */
public final class Resolvers implements EvidenceSource {

    private static final String NO_RESOLVER = "give Holdfast a resolver for it";

    private final Map<String, SourceResolver> byScheme = new TreeMap<>();
    private final ResolutionNotes notes = new ResolutionNotes();
    private final SharedBundles shared = new SharedBundles();

    public Resolvers(List<SourceResolver> resolvers) {
        for (SourceResolver resolver : resolvers) {
            for (String scheme : resolver.schemes()) {
                if (byScheme.putIfAbsent(scheme, resolver) != null) {
                    throw PermanentException.invalid("resolvers", scheme, "give one resolver for each scheme");
                }
            }
        }
    }

    public Set<String> schemes() {
        return byScheme.keySet();
    }

    public Upstream upstream(Source source) {
        SourceResolver resolver = resolver(source);
        return Contained.get("the resolver for " + source, () -> resolver.upstream(source));
    }

    /** Returns where the source's own ref stands; a pinned source is not asked. */
    public Resolution.Found resolve(Source source, Deadline deadline) {
        TrackedRef ref = source.ref();
        if (ref instanceof TrackedRef.Sha sha) {
            return new Resolution.Found(sha.revision(), Optional.empty());
        }
        if (ref instanceof TrackedRef.None) {
            throw PermanentException.invalid(
                    "source", source.toString(), "name the ref to install, such as #tag:v1.0.0");
        }
        Resolution resolution = resolve(upstream(source), Set.of(ref), deadline).getOrDefault(ref, Resolution.absent());
        if (resolution instanceof Resolution.Found found) {
            return found;
        }
        String why = resolution instanceof Resolution.Absent absent ? absent.why() : "";
        throw new PermanentException(
                Reason.REF_NOT_FOUND,
                "the source " + source + " exists and has no " + ref
                        + (why.isEmpty() ? "; check the ref's name" : ": " + why));
    }

    /** Returns where {@code refs} stand, versions picked. */
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        SourceResolver resolver = resolver(upstream);
        return Contained.get("asking " + upstream, () -> {
            Map<TrackedRef, Resolution> answers = new HashMap<>();
            resolver.resolve(upstream, refs, deadline).forEach((ref, answer) -> answers.put(ref, picked(ref, answer)));
            answers.forEach((ref, answer) -> notes.take(upstream, ref, answer));
            return answers;
        });
    }

    /** Returns what this process last found out about how {@code ref} was read, where there is something to tell. */
    public Optional<String> note(Upstream upstream, TrackedRef ref) {
        return notes.of(upstream, ref);
    }

    private static Resolution picked(TrackedRef ref, Resolution answer) {
        return answer instanceof Resolution.Tags tags ? VersionPicker.pick(ref, tags.revisions()) : answer;
    }

    /** Returns the tree of a revision; several that are open at one time may come from one reading of the source. */
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        SourceResolver resolver = resolver(source);
        return shared.get(
                source,
                revision,
                deadline,
                () -> Contained.get("fetching " + source, () -> resolver.fetch(source, revision, deadline)));
    }

    /** Returns what is known of how {@code to} came from {@code from}; unknown where the resolver tells no history. */
    public History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline) {
        return resolver(upstream) instanceof SourceHistory known
                ? Contained.get("the history of " + upstream, () -> known.history(upstream, from, to, max, deadline))
                : History.unknown();
    }

    /** Returns what the resolver shows for a revision; nothing where it shows none. */
    @Override
    public Evidence evidence(Question question, Deadline deadline) {
        return resolver(question.source()) instanceof EvidenceSource known
                ? Contained.get("the evidence of " + question.source(), () -> known.evidence(question, deadline))
                : Evidence.none();
    }

    /** Returns the first commits of a history; none where the resolver does not tell them. */
    @Override
    public Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline) {
        return resolver(upstream) instanceof EvidenceSource known
                ? Contained.get("the history of " + upstream, () -> known.roots(upstream, revision, deadline))
                : Set.of();
    }

    private SourceResolver resolver(Source source) {
        SourceResolver resolver = byScheme.get(source.scheme());
        if (resolver == null) {
            throw unknown(source.scheme(), remedy(source.scheme(), source.location()));
        }
        return resolver;
    }

    private SourceResolver resolver(Upstream upstream) {
        SourceResolver resolver = byScheme.get(upstream.scheme());
        if (resolver == null) {
            throw unknown(upstream.scheme(), NO_RESOLVER);
        }
        return resolver;
    }

    private PermanentException unknown(String scheme, String remedy) {
        return new PermanentException(
                Reason.UNKNOWN_SCHEME,
                "no resolver serves '" + scheme + "://'; known are " + new TreeSet<>(byScheme.keySet()) + "; "
                        + remedy);
    }

    /** What people paste first is the address of a web page, or of a clone. */
    private String remedy(String scheme, String location) {
        int slash = location.indexOf('/');
        String site = slash < 0 ? "" : location.substring(0, slash).replaceFirst("\\.com$", "");
        if (scheme.startsWith("http") && byScheme.containsKey(site)) {
            String path = location.substring(slash + 1);
            return "write " + site + "://" + (path.endsWith(".git") ? path.substring(0, path.length() - 4) : path);
        }
        return byScheme.containsKey("git+" + scheme)
                ? "for a git repository write git+" + scheme + "://" + location
                : NO_RESOLVER;
    }
}
