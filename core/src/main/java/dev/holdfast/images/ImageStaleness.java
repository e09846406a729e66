package dev.holdfast.images;

import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.RecentlyUsed;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests.PlatformImage;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.WatchedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Where tags stand, and who does not run what stands there. A registry that failed is left alone for a time, image by
 * image.
 */
final class ImageStaleness {

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration FIRST_WAIT_FOR_A_PERSON = Duration.ofMinutes(15);
    private static final Duration LONGEST_WAIT = Duration.ofHours(6);
    private static final int MOST_FORMERS = 1000;

    private final ImageEngine engine;
    private final Map<WatchedImage, Pause> pauses = new ConcurrentHashMap<>();
    private final RecentlyUsed<Former, Optional<PlatformImage>> formers = new RecentlyUsed<>(MOST_FORMERS);
    private final RecentlyUsed<Former, Silence> unanswered = new RecentlyUsed<>(MOST_FORMERS);

    /** The index that a container was pulled by, and the platform that it runs. */
    private record Former(WatchedImage key, ImageDigest digest, ImagePlatform platform) {}

    /** How often in a row an image could not be asked for, and until when it is not. */
    record Pause(int failures, Instant until, Reason reason, String message) {}

    ImageStaleness(ImageEngine engine) {
        this.engine = engine;
    }

    /** The image is not asked for at this moment. */
    static final class Waiting extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Pause pause;

        Waiting(Pause pause) {
            super(pause.message(), null, false, false);
            this.pause = pause;
        }

        Pause pause() {
            return pause;
        }
    }

    /** Forgets all images but these: what nobody watches any more. */
    void keep(Set<WatchedImage> watched) {
        pauses.keySet().retainAll(watched);
    }

    /** Returns why an image is not asked for now. */
    Optional<Pause> pause(WatchedImage key) {
        return Optional.ofNullable(pauses.get(key))
                .filter(known -> known.until().isAfter(engine.rules().clock().instant()));
    }

    /** Returns where a tag stands, unless it is left alone for a time and it is the loop that asks. */
    ImageDigest of(WatchedImage key, ImageCaller caller) {
        pause(key).filter(known -> !caller.operator()).ifPresent(known -> {
            throw new Waiting(known);
        });
        try {
            ImageDigest digest = ask(key, deadline -> engine.parts().digests().standing(key.image(), deadline));
            pauses.remove(key);
            return digest;
        } catch (HoldfastException e) {
            int failures =
                    Optional.ofNullable(pauses.get(key)).map(Pause::failures).orElse(0);
            Instant until = engine.rules().clock().instant().plus(wait(failures, e));
            pauses.put(key, new Pause(failures + 1, until, e.reason(), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private interface Question<T> {
        T ask(Deadline deadline);
    }

    private <T> T ask(WatchedImage key, Question<T> question) {
        Deadline deadline = Deadline.after(engine.times().ask());
        String what = "asking for " + key.image();
        return engine.workers().within(deadline, what, () -> Contained.get(what, () -> question.ask(deadline)));
    }

    /** Returns those that do not run what the tag names. */
    List<RunningContainer> stale(
            WatchedImage key, ImageDigest digest, Optional<ImageDigest> committed, List<RunningContainer> containers) {
        return containers.stream()
                .filter(container ->
                        container.comparable() ? !runs(key, digest, container) : !committed.equals(Optional.of(digest)))
                .toList();
    }

    private boolean runs(WatchedImage key, ImageDigest digest, RunningContainer container) {
        // What is known by the tag's own digest needs no look into it.
        if (container.runs(Set.of(digest))) {
            return true;
        }
        PlatformImage image = on(key, digest, container);
        // A list made a set: without an index, the manifest's digest is the tag's own.
        return container.runs(Set.copyOf(List.of(digest, image.manifest(), image.config())))
                || former(key, container)
                        .filter(old -> old.config().equals(image.config()))
                        .isPresent();
    }

    private PlatformImage on(WatchedImage key, ImageDigest digest, RunningContainer container) {
        return ask(key, deadline -> engine.parts().digests().on(container.platform(), key.image(), digest, deadline));
    }

    /**
     * Returns what a container runs where its runtime knows the digest it was pulled under alone, which may be an
     * index's: the registry knows the rest. Empty where the runtime knows more, and where the registry has removed it.
     * A digest is asked for once.
     *
     * @throws TransientException if the registry does not answer, for six hours from the first time: a short outage
     *     replaces no container, and a question that only spares a restart holds no refresh up for longer
     */
    private Optional<PlatformImage> former(WatchedImage key, RunningContainer container) {
        List<ImageDigest> known = List.copyOf(container.digests());
        if (known.size() != 1 || !known.get(0).value().equals(container.imageId())) {
            return Optional.empty();
        }
        Former asked = new Former(key, known.get(0), container.platform());
        return formers.find(asked).orElseGet(() -> {
            try {
                Optional<PlatformImage> answer = Optional.of(on(key, asked.digest(), container));
                formers.put(asked, answer);
                return answer;
            } catch (PermanentException e) {
                formers.put(asked, Optional.empty());
                return Optional.empty();
            } catch (TransientException e) {
                Instant now = engine.rules().clock().instant();
                if (now.isBefore(firstUnanswered(asked, now).plus(LONGEST_WAIT))) {
                    throw e;
                }
                return Optional.empty();
            }
        });
    }

    /** Since when a registry does not answer, and when it was asked last. */
    private record Silence(Instant since, Instant last) {}

    /** What was long ago, and was not asked since, is another silence. */
    private Instant firstUnanswered(Former asked, Instant now) {
        Instant since = unanswered
                .find(asked)
                .filter(silence -> now.isBefore(silence.last().plus(LONGEST_WAIT.multipliedBy(2))))
                .map(Silence::since)
                .orElse(now);
        unanswered.put(asked, new Silence(since, now));
        return since;
    }

    /** Returns what a container runs, by the digest it was pulled under if one is known. */
    static Optional<Revision> running(RunningContainer container) {
        return Stream.concat(
                        container.digests().stream().map(ImageDigest::value).sorted(),
                        Stream.of(container.imageId()).filter(id -> id.startsWith("sha256:")))
                .findFirst()
                .map(Revision::of);
    }

    /** Grows with every failure, and is never less than what the other side asked for. */
    static Duration wait(int failures, HoldfastException e) {
        boolean passing = e instanceof TransientException;
        Duration ours = Backoff.after(failures, passing ? FIRST_WAIT : FIRST_WAIT_FOR_A_PERSON, LONGEST_WAIT);
        Duration theirs =
                e instanceof TransientException asked ? asked.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        return theirs.compareTo(ours) > 0 ? theirs : ours;
    }

    /** Returns whether a failure is of one container alone, so that others may go on. */
    static boolean isOfOneContainer(HoldfastException e) {
        return e instanceof PermanentException && e.reason() != Reason.UNHEALTHY;
    }
}
