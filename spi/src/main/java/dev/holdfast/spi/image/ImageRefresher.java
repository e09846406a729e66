package dev.holdfast.spi.image;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says which containers run which images, and replaces one by a container of a newer image.
 *
 * <p>Everything it needs to finish or undo what a process left that died must be read from the runtime itself: whoever
 * takes over may be another process on another machine.
 *
 * <p>Safe for use by several threads.
 */
public interface ImageRefresher {

    /**
     * Names the runtime whose containers these are, the same on each node that sees the same containers and never that
     * of another: attempts are recorded under it. At most 200 printable characters.
     */
    String site(Deadline deadline);

    /**
     * Lists the containers that run, and those that a refresh which was broken off has left stopped; completely or not
     * at all. Containers whose image is named by digest or id are left out: nothing that they follow can move.
     *
     * @throws TransientException if a retry may help
     * @throws PermanentException if a person must act
     */
    List<RunningContainer> running(Deadline deadline);

    /**
     * Replaces a container by one of exactly this digest. What a user has set stays: environment, labels, command,
     * networks with aliases and fixed addresses, volumes also where they have no name, limits, restart policy, health
     * check, name. What the old image had set is what the new image sets.
     *
     * <p>The old container is kept, stopped and under another name, until the new one is healthy by its health check
     * or, where it has none, has run for a while without a restart. On any failure the old one runs again under its
     * name when this throws. If a refresh of this container was broken off, that is finished or undone first.
     *
     * @param container as {@link #running} told
     * @param digest what {@link ImageDigests#standing} returned; the runtime picks its platform
     * @param hold asked before each step; when it throws, nothing more is changed, because somebody else has taken over
     * @throws TransientException if a retry may help
     * @throws PermanentException with {@link Reason#UNHEALTHY} if the new one did not come up, with
     *     {@link Reason#TARGET_UNUSABLE} if this container cannot be replaced without harm to others, or if a person
     *     must act
     */
    void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline);

    /**
     * Makes the runtime have an image under its tag, and touches no container: what is made from the tag from now on
     * runs it.
     *
     * @param digest what {@link ImageDigests#standing} returned; the runtime picks its platform
     * @throws TransientException if a retry may help
     * @throws PermanentException if a person must act
     */
    void pull(ImageReference image, ImageDigest digest, Deadline deadline);

    /**
     * Finishes or undoes a refresh of this container that was broken off, without pulling anything: afterwards one
     * container runs under its name, and nothing else is left of the refresh. Does nothing where none was.
     *
     * @param container as {@link #running} told
     * @param hold as for {@link #refresh}
     * @throws TransientException if a retry may help
     * @throws PermanentException if a person must act
     */
    void restore(RunningContainer container, Hold hold, Deadline deadline);

    /** The right to go on. */
    @FunctionalInterface
    interface Hold {
        /**
         * Does nothing while the right lasts.
         *
         * @throws TransientException with {@link Reason#FENCED} when somebody else has it
         */
        void check();
    }

    /**
     * A container and what it runs.
     *
     * @param id the runtime's own
     * @param name by which people know it, and which stays when it is replaced
     * @param image the tag it was made of
     * @param imageId what the runtime calls the image's content
     * @param digests under which the runtime got this image from this repository: {@code RepoDigests}; empty if it
     *     cannot tell
     * @param platform what the image is made for
     * @param labels all
     * @param brokenOff whether a refresh was begun and neither finished nor undone; it may also be under way at this
     *     moment
     */
    record RunningContainer(
            String id,
            String name,
            ImageReference image,
            String imageId,
            Set<ImageDigest> digests,
            ImagePlatform platform,
            Map<String, String> labels,
            boolean brokenOff) {

        /** Copies set and map. */
        public RunningContainer {
            digests = Set.copyOf(digests);
            labels = Map.copyOf(labels);
        }

        /**
         * Returns whether it runs an image that is known by one of these: by the digest it was pulled under, or by its
         * content.
         */
        public boolean runs(Set<ImageDigest> any) {
            return any.stream().anyMatch(digest -> digests.contains(digest) || imageId.equals(digest.value()));
        }

        /** Returns whether the runtime knows what it runs well enough to compare it with what a registry says. */
        public boolean comparable() {
            return !digests.isEmpty() || imageId.startsWith("sha256:");
        }
    }
}
