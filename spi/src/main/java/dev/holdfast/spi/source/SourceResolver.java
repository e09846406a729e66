package dev.holdfast.spi.source;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import java.util.Map;
import java.util.Set;

/**
 * Answers for one kind of source: where its refs stand, and what the tree of one revision holds.
 *
 * <p>Safe for use by several threads. Whatever is found on the way is a return value, never a field. A deadline bounds
 * the whole call, also against a server that drips bytes; when it has passed, the call ends with
 * {@link TransientException} and {@link Reason#TIMEOUT} and nothing goes on in the background. Prove an implementation
 * by extending {@code SourceResolverContract} from {@code holdfast-testkit}.
 */
public interface SourceResolver {

    /**
     * Returns the schemes this answers for, never empty and always the same. Two resolvers for one scheme are refused.
     */
    Set<String> schemes();

    /**
     * Returns the upstream that {@code source} belongs to. Looks at the value only, never at the network.
     *
     * @throws PermanentException if the location does not have this scheme's form
     */
    Upstream upstream(Source source);

    /**
     * Asks where refs stand now, in one query whatever their number:
     *
     * <ul>
     *   <li>{@link TrackedRef.Ref}: what the branch or full ref name stands at; {@code HEAD} is the default line, where
     *       each source without a ref is
     *   <li>{@link TrackedRef.Tag}: what the tag stands at, with its name as the version
     *   <li>{@link TrackedRef.LatestTag}, {@link TrackedRef.SemverRange}: all {@link Resolution.Tags}, none where the
     *       source knows no tags
     *   <li>{@link TrackedRef.Sha}: that revision itself, if the source has it, or if only {@link #fetch} can tell
     * </ul>
     *
     * <p>What the upstream does not have is {@link Resolution.Absent}; that the upstream itself is not there is an
     * error.
     *
     * @param upstream made by {@link #upstream}
     * @param refs what to look up; {@link TrackedRef.None} is never among them
     * @return one answer for each of {@code refs}; {@link Resolution.Tags} exactly for those that pick a version
     * @throws TransientException if asking again may help
     * @throws PermanentException if it will not: repository absent ({@link Reason#SOURCE_NOT_FOUND}), credentials
     *     refused
     */
    Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline);

    /**
     * Fetches the tree of exactly {@code revision}, whatever the source's ref stands at by now.
     *
     * <p>A source that names a subdirectory gives the tree below it. The bundle may fetch lazily; {@code deadline}
     * bounds its reading too.
     *
     * @throws PermanentException with {@link Reason#REVISION_NOT_FOUND} if the source does not have it
     */
    Bundle fetch(Source source, Revision revision, Deadline deadline);
}
