package dev.holdfast;

import dev.holdfast.ImageReport.Item;
import dev.holdfast.ImageReport.Outcome;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.ImageDigest;
import dev.holdfast.spi.ImageDigests;
import dev.holdfast.spi.ImageDigests.PlatformImage;
import dev.holdfast.spi.ImageLedger;
import dev.holdfast.spi.ImageLedger.Attempt;
import dev.holdfast.spi.ImageLedger.WatchedImage;
import dev.holdfast.spi.ImageRefresher;
import dev.holdfast.spi.ImageRefresher.RunningContainer;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One look at one image: ask where its tag stands, compare, replace what is stale, and record what that came to. */
final class ImageLook {

    private static final Logger LOG = LoggerFactory.getLogger(ImageWatcher.class);
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration FIRST_WAIT_FOR_A_PERSON = Duration.ofMinutes(15);
    private static final Duration LONGEST_WAIT = Duration.ofHours(6);

    private final Parts parts;
    private final Settings settings;
    private final Workers workers;
    private final Map<WatchedImage, Pause> pauses = new ConcurrentHashMap<>();

    /** Whom it works with. */
    record Parts(ImageDigests digests, ImageRefresher refresher, ImageLedger ledger) {}

    /**
     * What the host has set.
     *
     * @param ask the longest for asking a registry about one image, or the runtime for its list
     * @param refresh the longest for replacing one container
     */
    record Settings(String node, Clock clock, Duration ask, Duration refresh, Duration lease) {}

    /** How often in a row an image could not be asked for, and until when it is not. */
    private record Pause(int failures, Instant until, Reason reason, String message) {}

    ImageLook(Parts parts, Settings settings, Workers workers) {
        this.parts = parts;
        this.settings = settings;
        this.workers = workers;
    }

    String site() {
        Deadline deadline = Deadline.after(settings.ask());
        return workers.within(
                deadline,
                "asking the runtime who it is",
                () -> parts.refresher().site(deadline));
    }

    List<RunningContainer> running() {
        Deadline deadline = Deadline.after(settings.ask());
        return workers.within(
                deadline, "listing containers", () -> parts.refresher().running(deadline));
    }

    /** Looks at one image; whatever fails is in the answer. */
    Item look(WatchedImage key, List<RunningContainer> containers) {
        try {
            return containers.isEmpty()
                    ? Item.of(key.image(), Outcome.UNUSED, 0)
                    : compared(key, containers, standing(key, containers));
        } catch (Waiting e) {
            return Item.of(key.image(), Outcome.WAITING, containers.size())
                    .because(e.pause.reason(), e.pause.message());
        } catch (HoldfastException e) {
            return failed(key, containers, e);
        } catch (RuntimeException e) {
            LOG.warn("looking at {} failed in a way no adapter should", key, e);
            return failed(key, containers, new TransientException(Reason.PROTOCOL, String.valueOf(e), e));
        }
    }

    private static Item failed(WatchedImage key, List<RunningContainer> containers, HoldfastException e) {
        return Item.of(key.image(), Outcome.FAILED, containers.size())
                .because(e.reason(), String.valueOf(e.getMessage()));
    }

    /** The image is not asked for at this moment. */
    private static final class Waiting extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Pause pause;

        Waiting(Pause pause) {
            super(pause.message(), null, false, false);
            this.pause = pause;
        }
    }

    private ImageDigest standing(WatchedImage key, List<RunningContainer> containers) {
        try {
            return asked(key);
        } catch (Waiting | HoldfastException e) {
            // What was broken off may have left nothing running: that does not wait for a registry.
            Optional<ImageLedger.Entry> known = containers.stream().anyMatch(RunningContainer::brokenOff)
                    ? parts.ledger().find(key)
                    : Optional.empty();
            return known.map(ImageLedger.Entry::observed).orElseThrow(() -> e);
        }
    }

    private ImageDigest asked(WatchedImage key) {
        Optional<Pause> pause = Optional.ofNullable(pauses.get(key));
        pause.filter(known -> known.until().isAfter(settings.clock().instant())).ifPresent(known -> {
            throw new Waiting(known);
        });
        try {
            ImageDigest digest = ask(key, deadline -> parts.digests().standing(key.image(), deadline));
            pauses.remove(key);
            return digest;
        } catch (HoldfastException e) {
            int failures = pause.map(Pause::failures).orElse(0);
            Instant until = settings.clock().instant().plus(wait(failures, e));
            pauses.put(key, new Pause(failures + 1, until, e.reason(), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private interface Question<T> {
        T ask(Deadline deadline);
    }

    private <T> T ask(WatchedImage key, Question<T> question) {
        Deadline deadline = Deadline.after(settings.ask());
        return workers.within(deadline, "asking for " + key.image(), () -> question.ask(deadline));
    }

    private Item compared(WatchedImage key, List<RunningContainer> containers, ImageDigest digest) {
        boolean blind = !containers.stream().allMatch(RunningContainer::comparable);
        boolean first = blind && parts.ledger().find(key).isEmpty();
        ImageLedger.Entry entry = parts.ledger().observe(key, digest, blind);
        List<RunningContainer> stale = stale(entry, digest, containers);
        Item item = Item.of(key.image(), first ? Outcome.SEEDED : Outcome.CURRENT, containers.size())
                .at(digest);
        boolean recorded = entry.committed().equals(Optional.of(digest));
        if (stale.isEmpty() && recorded) {
            return item;
        }
        Optional<Attempt> attempt = parts.ledger().begin(key, digest, settings.node(), settings.lease());
        if (attempt.isPresent()) {
            return put(attempt.get(), named(containers), item);
        }
        return stale.isEmpty()
                ? item
                : Item.of(key.image(), Outcome.WAITING, containers.size())
                        .at(digest)
                        .because(Reason.BUSY, entry.lastError().orElse("another node is at it"));
    }

    /** Returns those that do not run what the tag names. */
    private List<RunningContainer> stale(
            ImageLedger.Entry entry, ImageDigest digest, List<RunningContainer> containers) {
        List<RunningContainer> stale = new ArrayList<>();
        for (RunningContainer container : containers) {
            boolean current = container.comparable()
                    ? runs(entry.key(), digest, container)
                    : entry.committed().equals(Optional.of(digest));
            if (!current || container.brokenOff()) {
                stale.add(container);
            }
        }
        return stale;
    }

    private boolean runs(WatchedImage key, ImageDigest digest, RunningContainer container) {
        // What is known by the tag's own digest needs no look into it, and a container that is replaced anyway neither.
        if (container.runs(Set.of(digest)) || container.brokenOff()) {
            return true;
        }
        PlatformImage image =
                ask(key, deadline -> parts.digests().on(container.platform(), key.image(), digest, deadline));
        // A list made a set: without an index, the manifest's digest is the tag's own.
        return container.runs(Set.copyOf(List.of(digest, image.manifest(), image.config())));
    }

    private static Set<String> named(List<RunningContainer> containers) {
        return containers.stream().map(RunningContainer::name).collect(Collectors.toSet());
    }

    private Item put(Attempt attempt, Set<String> names, Item item) {
        ImageTenure tenure = new ImageTenure(parts.ledger(), attempt, settings.lease());
        Set<String> replaced = new HashSet<>();
        try {
            // What was listed before may have been replaced since, by the node that held the entry until a moment ago.
            refreshAll(attempt, stale(attempt, names), tenure, replaced);
            verify(attempt, replaced);
            if (!parts.ledger().commit(attempt)) {
                tenure.check();
            }
            Outcome outcome = replaced.isEmpty() ? item.outcome() : Outcome.REFRESHED;
            return new Item(
                    item.image(), outcome, item.digest(), item.containers(), replaced.size(), Optional.empty(), "");
        } catch (RuntimeException e) {
            HoldfastException known = e instanceof HoldfastException told
                    ? told
                    : new TransientException(Reason.TARGET_FAILED, "replacing failed unexpectedly: " + e, e);
            String message = String.valueOf(known.getMessage());
            if (known.reason() != Reason.FENCED
                    && !parts.ledger().fail(attempt, known.reason(), message, wait(attempt.failures(), known))) {
                LOG.info("{} was taken over by another node, whose outcome counts", attempt.key());
            }
            return Item.of(item.image(), Outcome.FAILED, item.containers())
                    .at(attempt.digest())
                    .refreshed(replaced.size())
                    .because(known.reason(), message);
        }
    }

    /**
     * Replaces one after the other. Where the new image does not come up, or the attempt is lost, the rest is left alone; what
     * hinders one container alone does not hinder the rest, and is what this throws in the end.
     */
    private void refreshAll(Attempt attempt, List<RunningContainer> stale, ImageTenure tenure, Set<String> replaced) {
        Optional<HoldfastException> failure = Optional.empty();
        for (RunningContainer container : stale) {
            // The adapter keeps to its deadline and needs some time after it to put the old one back.
            Deadline backstop = Deadline.after(settings.refresh().multipliedBy(2));
            try {
                workers.watched(
                        tenure.beat(),
                        () -> {
                            tenure.check();
                            backstop.check("replacing " + container.name());
                        },
                        () -> parts.refresher()
                                .refresh(container, attempt.digest(), tenure, Deadline.after(settings.refresh())));
                replaced.add(container.name());
            } catch (HoldfastException e) {
                if (!(e instanceof PermanentException) || e.reason() == Reason.UNHEALTHY) {
                    throw e;
                }
                failure = failure.isPresent() ? failure : Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private List<RunningContainer> stale(Attempt attempt, Set<String> names) {
        ImageLedger.Entry entry = parts.ledger().find(attempt.key()).orElseThrow();
        return stale(
                entry,
                attempt.digest(),
                running().stream()
                        .filter(container ->
                                container.image().equals(attempt.key().image()))
                        .filter(container -> names.contains(container.name()))
                        .toList());
    }

    /** The runtime's answer is the truth, not that nothing failed. */
    private void verify(Attempt attempt, Set<String> replaced) {
        if (!replaced.isEmpty() && stale(attempt, replaced).stream().anyMatch(RunningContainer::comparable)) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "containers of " + attempt.key() + " were replaced and still run something else; look at them");
        }
    }

    /** Grows with every failure, and is never less than what the other side asked for. */
    private static Duration wait(int failures, HoldfastException e) {
        boolean passing = e instanceof TransientException;
        Duration ours = Backoff.after(failures, passing ? FIRST_WAIT : FIRST_WAIT_FOR_A_PERSON, LONGEST_WAIT);
        Duration theirs =
                e instanceof TransientException asked ? asked.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        return theirs.compareTo(ours) > 0 ? theirs : ours;
    }
}
