package dev.holdfast.testkit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory.Commit;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One upstream of a {@link ScriptedResolver}: all revisions it ever had, and where its refs stand. */
final class ScriptedUpstream {

    private static final String TAGS = "refs/tags/";

    private final Map<Revision, Map<String, String>> revisions = new LinkedHashMap<>();
    private final Map<String, Revision> refs = new HashMap<>();

    static PermanentException absent(String upstream) {
        return new PermanentException(
                Reason.SOURCE_NOT_FOUND, upstream + " does not exist; commit to it before it is asked for");
    }

    Map<String, Revision> refs() {
        return refs;
    }

    Revision commit(Map<String, String> files) {
        Map<String, String> content = new TreeMap<>(files);
        long seed = content.hashCode() & 0xffff_ffffL;
        Revision revision = Revision.of("%032x%08x".formatted(revisions.size() + 1L, seed));
        revisions.put(revision, content);
        refs.put("HEAD", revision);
        return revision;
    }

    /** Each revision descends from all that were committed before it. */
    History history(Revision from, Revision to, int max) {
        files(to);
        List<Revision> order = new ArrayList<>(revisions.keySet());
        int older = order.indexOf(from);
        int newer = order.indexOf(to);
        boolean descendant = older >= 0 && older <= newer;
        List<Commit> commits = new ArrayList<>();
        for (int i = newer; i > (descendant ? older : -1) && commits.size() < max; i--) {
            commits.add(new Commit(order.get(i), "scripted", Instant.EPOCH.plusSeconds(i), "Commit " + (i + 1)));
        }
        return new History(descendant ? Relation.DESCENDANT : Relation.REWRITTEN, commits);
    }

    Map<String, String> files(Revision revision) {
        Map<String, String> files = revisions.get(revision);
        if (files == null) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND, "revision " + revision + " was never committed; fetch one that was");
        }
        return files;
    }

    Resolution answer(TrackedRef ref) {
        if (ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange) {
            return tags();
        }
        if (ref instanceof TrackedRef.Tag tag) {
            Revision at = refs.get(TAGS + tag.name());
            return at == null ? Resolution.absent() : Resolution.found(at, tag.name());
        }
        if (ref instanceof TrackedRef.Sha sha) {
            return revisions.containsKey(sha.revision()) ? Resolution.found(sha.revision()) : Resolution.absent();
        }
        return ref instanceof TrackedRef.Ref named ? found(refs.get(full(named.name()))) : Resolution.absent();
    }

    private Resolution tags() {
        Map<String, Revision> tags = new HashMap<>();
        refs.forEach((name, revision) -> {
            if (name.startsWith(TAGS)) {
                tags.put(name.substring(TAGS.length()), revision);
            }
        });
        return new Resolution.Tags(tags);
    }

    private static Resolution found(@Nullable Revision revision) {
        return revision == null ? Resolution.absent() : Resolution.found(revision);
    }

    private static String full(String name) {
        return name.equals("HEAD") || name.startsWith("refs/") ? name : "refs/heads/" + name;
    }
}
