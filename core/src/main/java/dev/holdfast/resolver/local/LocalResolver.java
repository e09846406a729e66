package dev.holdfast.resolver.local;

import dev.holdfast.release.BundleLimits;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Answers for {@code local://name}: a directory below one root of the host.
 *
 * <p>The revision is {@code sha256:} over the tree: paths, types, executable bits, link targets and contents, each with
 * its length. {@code ref:HEAD} stands at it; there are no tags and no other refs. Only the current content exists: once
 * the directory has changed, an earlier revision is {@link Reason#REVISION_NOT_FOUND}. What a bundle delivers is
 * exactly the revision, or the pass fails: each file is checked against it as it is read.
 *
 * <p>Symbolic links are never followed, neither in the tree, where they are given as links, nor on the way from the
 * root to it. A {@code .git} directly in the plugin's directory is left out, so that a working copy can be installed;
 * one further below is given like any entry, and Holdfast refuses it. A file with a second name (hard link) is given as
 * special, for its content could change where nobody looks. Every question reads the whole directory, at most as much
 * as the limits allow.
 */
public final class LocalResolver implements SourceResolver {

    private static final String SCHEME = "local";
    private static final TrackedRef HEAD = TrackedRef.ref("HEAD");

    private final Path root;
    private final BundleLimits limits;

    private LocalResolver(Path root, BundleLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** Returns a resolver for the directories below {@code root}; the root itself may be a symbolic link. */
    public static LocalResolver over(Path root) {
        return new LocalResolver(root.toAbsolutePath().normalize(), BundleLimits.standard());
    }

    /**
     * Returns the same with other limits; default {@link BundleLimits#standard()}. A directory beyond them is refused
     * before it is read. A host that raises Holdfast's own limits raises these too.
     */
    public LocalResolver limits(BundleLimits largest) {
        return new LocalResolver(root, largest);
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    /** {@inheritDoc} The location is one or more plugin names, separated by {@code /}. */
    @Override
    public Upstream upstream(Source source) {
        if (!source.scheme().equals(SCHEME)) {
            throw PermanentException.invalid("source", source.toString(), "this resolver answers for local:// only");
        }
        checked(source.location());
        return new Upstream(SCHEME, SCHEME + "://" + source.location(), SCHEME);
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        String location = upstream.key().substring((SCHEME + "://").length());
        Revision current = tree(location, deadline).revision();
        Map<TrackedRef, Resolution> answers = new HashMap<>();
        for (TrackedRef ref : refs) {
            answers.put(ref, answer(ref, current));
        }
        return answers;
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        upstream(source);
        LocalTree tree = tree(source.location(), deadline);
        if (!tree.revision().equals(revision)) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND,
                    "revision " + revision.abbreviated() + " of " + source + " is gone: local sources keep only their"
                            + " current content, now at " + tree.revision().abbreviated()
                            + "; install or update to that one");
        }
        return new LocalBundle(tree, deadline);
    }

    private static Resolution answer(TrackedRef ref, Revision current) {
        if (ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange) {
            return new Resolution.Tags(Map.of());
        }
        boolean here = ref.equals(HEAD) || ref.equals(new TrackedRef.Sha(current));
        return here ? Resolution.found(current) : Resolution.absent();
    }

    private LocalTree tree(String location, Deadline deadline) {
        return LocalReading.read(LocalFolder.of(root, checked(location)), limits, deadline);
    }

    /** Every segment is a plugin name, so none is hidden, an option, or a way out of the root. */
    private static String checked(String location) {
        for (String segment : location.split("/", -1)) {
            PluginName.of(segment);
        }
        return location;
    }
}
