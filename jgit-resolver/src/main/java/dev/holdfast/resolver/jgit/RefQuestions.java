package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.jspecify.annotations.Nullable;

/** What to ask a git server so that some tracked refs can be answered, and how its refs answer them. */
final class RefQuestions {

    private static final String TAGS = "refs/tags/";
    private static final String HEADS = "refs/heads/";

    private RefQuestions() {}

    /** Returns the ref prefixes to ask for, as few as possible; none if no question needs the server. */
    static Set<String> prefixes(Set<TrackedRef> refs) {
        boolean allTags = refs.stream().anyMatch(RefQuestions::picksVersion);
        Set<String> prefixes = new TreeSet<>();
        for (TrackedRef ref : refs) {
            String name = name(ref);
            if (name != null && !(allTags && name.startsWith(TAGS))) {
                prefixes.add(name);
            }
        }
        if (allTags) {
            prefixes.add(TAGS);
        }
        return prefixes;
    }

    /**
     * Answers each of {@code refs}; a prefix asked for may have brought more than was meant, so names match exactly.
     */
    static Map<TrackedRef, Resolution> answers(Set<TrackedRef> refs, Iterable<Ref> found) {
        Map<String, Revision> standing = new HashMap<>();
        for (Ref ref : found) {
            ObjectId id = ref.getPeeledObjectId() == null ? ref.getObjectId() : ref.getPeeledObjectId();
            if (id != null) {
                standing.put(ref.getName(), Revision.of(id.name()));
            }
        }
        Map<TrackedRef, Resolution> answers = new HashMap<>();
        refs.forEach(ref -> answers.put(ref, answer(ref, standing)));
        return answers;
    }

    private static Resolution answer(TrackedRef ref, Map<String, Revision> standing) {
        if (picksVersion(ref)) {
            return tags(standing);
        }
        if (ref instanceof TrackedRef.Sha sha) {
            return Resolution.found(sha.revision());
        }
        Revision at = standing.get(name(ref));
        if (at == null) {
            return Resolution.absent();
        }
        return ref instanceof TrackedRef.Tag tag ? Resolution.found(at, tag.name()) : Resolution.found(at);
    }

    private static Resolution tags(Map<String, Revision> standing) {
        Map<String, Revision> tags = new HashMap<>();
        standing.forEach((name, revision) -> {
            if (name.startsWith(TAGS)) {
                tags.put(name.substring(TAGS.length()), revision);
            }
        });
        return new Resolution.Tags(tags);
    }

    private static boolean picksVersion(TrackedRef ref) {
        return ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange;
    }

    private static @Nullable String name(TrackedRef ref) {
        if (ref instanceof TrackedRef.Tag tag) {
            return TAGS + tag.name();
        }
        if (ref instanceof TrackedRef.Ref named) {
            boolean full = named.name().equals("HEAD") || named.name().startsWith("refs/");
            return full ? named.name() : HEADS + named.name();
        }
        return null;
    }
}
