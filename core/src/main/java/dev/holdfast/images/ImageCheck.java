package dev.holdfast.images;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Comparison;
import dev.holdfast.spi.image.ImageLedger.Entry;
import dev.holdfast.spi.image.ImageLedger.Settled;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.WatchedImage;
import java.util.List;
import java.util.Optional;

/**
 * One look at one image: put in order what was broken off, ask where its tag stands, compare, offer what is stale in
 * the queue, and apply that where the policy says so.
 */
final class ImageCheck {

    private static final String AT_IT = "another node is at it";

    private final ImageEngine engine;
    private final ImageStaleness standing;
    private final ImageAttempts attempts;

    ImageCheck(ImageEngine engine, ImageStaleness standing, ImageAttempts attempts) {
        this.engine = engine;
        this.standing = standing;
        this.attempts = attempts;
    }

    /** Looks at one image; whatever fails is in the answer. */
    Item look(WatchedImage key, List<RunningContainer> containers, ImageCaller caller) {
        try {
            return Contained.get("looking at " + key, () -> lookedOrWaiting(key, containers, caller));
        } catch (HoldfastException e) {
            return Item.of(key.image(), Outcome.FAILED, containers.size())
                    .because(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private Item lookedOrWaiting(WatchedImage key, List<RunningContainer> containers, ImageCaller caller) {
        try {
            return looked(key, containers, caller);
        } catch (ImageStaleness.Waiting e) {
            return Item.of(key.image(), Outcome.WAITING, containers.size())
                    .because(e.pause().reason(), e.pause().message());
        }
    }

    private Item looked(WatchedImage key, List<RunningContainer> containers, ImageCaller caller) {
        if (containers.stream().noneMatch(RunningContainer::brokenOff)) {
            return compared(key, containers, caller);
        }
        // What was broken off may have left nothing running: that waits for no registry, no policy and no operator.
        return restored(key, containers)
                ? compared(key, engine.running(key.image()), caller)
                : waiting(key, containers, AT_IT);
    }

    private static Optional<Update> applying(Optional<Entry> entry) {
        return entry.flatMap(Entry::update).filter(update -> update.status() == UpdateStatus.APPLYING);
    }

    private boolean restored(WatchedImage key, List<RunningContainer> containers) {
        List<RunningContainer> brokenOff =
                containers.stream().filter(RunningContainer::brokenOff).toList();
        if (engine.ledger().find(key).isEmpty()) {
            // A ledger that was lost, or another one: what a container was made of is where the tag stood once.
            brokenOff.stream()
                    .flatMap(container -> ImageStaleness.running(container).stream())
                    .findFirst()
                    .ifPresent(ran -> engine.ledger().observe(key, ImageDigest.of(ran.value()), false));
        }
        Beginning beginning = new Beginning(Optional.empty(), engine.rules().node(), PolicyHold.ACTOR, true);
        Optional<Attempt> attempt =
                engine.ledger().begin(key, beginning, engine.times().lease());
        attempt.ifPresent(begun -> attempts.restore(begun, brokenOff));
        return attempt.isPresent();
    }

    /** Goes on where a node died; who goes on does what that one was to do, whatever is offered by now. */
    private Item goneOn(WatchedImage key, List<RunningContainer> containers, Update update) {
        return begun(key, new Beginning(Optional.of(update), engine.rules().node(), update.actor(), false))
                .map(attempt -> item(key, containers, attempts.apply(attempt))
                        .at(ImageDigest.of(update.to().value())))
                .orElseGet(() -> waiting(key, containers, AT_IT));
    }

    private Optional<Attempt> begun(WatchedImage key, Beginning beginning) {
        return engine.ledger().begin(key, beginning, engine.times().lease());
    }

    /** Where nothing runs, nothing is current either: neither recorded nor resolved. */
    private static Item unused(WatchedImage key) {
        return Item.of(key.image(), Outcome.UNUSED, 0);
    }

    private Item compared(WatchedImage key, List<RunningContainer> listed, ImageCaller caller) {
        if (listed.isEmpty()) {
            return unused(key);
        }
        boolean blind = !listed.stream().allMatch(RunningContainer::comparable);
        boolean first = blind && engine.ledger().find(key).isEmpty();
        ImageDigest digest = standing.of(key, caller);
        Entry entry = engine.ledger().observe(key, digest, blind);
        List<RunningContainer> stale = standing.stale(key, digest, entry.committed(), listed);
        if (isNew(entry, stale)) {
            // Listed once more, since the entry was read: another node may just have replaced what was stale.
            List<RunningContainer> again = engine.running(key.image());
            if (again.isEmpty()) {
                return unused(key);
            }
            stale = standing.stale(key, digest, entry.committed(), again);
        }
        Settled settled = engine.ledger().settle(entry, new Comparison(from(entry, stale)));
        settled.queued().ifPresent(update -> engine.events().tell(new HoldfastEvent.UpdateQueued(update)));
        Optional<Update> applying = applying(Optional.of(settled.entry()));
        if (applying.isPresent()) {
            return goneOn(key, listed, applying.get());
        }
        return stale.isEmpty()
                ? Item.of(key.image(), first ? Outcome.SEEDED : Outcome.CURRENT, listed.size())
                        .at(digest)
                : decided(key, listed, stale, settled.entry(), caller);
    }

    /** Returns whether what was found would change the queue. */
    private static boolean isNew(Entry entry, List<RunningContainer> stale) {
        Optional<Update> known = entry.update()
                .filter(update -> update.to().value().equals(entry.observed().value()))
                .filter(update -> update.status().isOpen() || isDeclined(update));
        return stale.isEmpty()
                ? entry.update().filter(update -> update.status().isOpen()).isPresent()
                : known.isEmpty();
    }

    private static boolean isDeclined(Update update) {
        return update.status() == UpdateStatus.DISMISSED || update.status() == UpdateStatus.FAILED;
    }

    private static Optional<Revision> from(Entry entry, List<RunningContainer> stale) {
        return stale.stream()
                .findFirst()
                .map(container -> ImageStaleness.running(container)
                        .or(() -> entry.committed().map(known -> Revision.of(known.value())))
                        .orElseThrow());
    }

    /** Something is stale, and nobody is at it: what the queue and the policy say to that. */
    private Item decided(
            WatchedImage key,
            List<RunningContainer> listed,
            List<RunningContainer> stale,
            Entry entry,
            ImageCaller caller) {
        Optional<Update> offered = entry.update();
        if (offered.isEmpty() || isDeclined(offered.get())) {
            return Item.of(key.image(), Outcome.DECLINED, listed.size())
                    .at(entry.observed())
                    .saying(offered.map(ImageExplainer::declined).orElse(""));
        }
        Update update = offered.get();
        Optional<PolicyHold> hold = engine.hold(key.image(), update).or(() -> rings(key, listed, stale, entry, update));
        if (hold.isPresent() && !caller.operator()) {
            return waiting(key, listed, hold.get().text()).at(entry.observed());
        }
        engine.checkTrust(key, entry.observed(), caller);
        Beginning beginning =
                new Beginning(Optional.of(update), engine.rules().node(), caller.actor(), !caller.operator());
        return begun(key, beginning)
                .map(attempt -> item(key, listed, attempts.apply(attempt)))
                .orElseGet(() -> waiting(key, listed, "")
                        .because(Reason.BUSY, update.lastError().orElse(AT_IT)))
                .at(entry.observed());
    }

    private Optional<PolicyHold> rings(
            WatchedImage key, List<RunningContainer> listed, List<RunningContainer> stale, Entry entry, Update update) {
        return engine.rings(key.image(), entry.observed(), entry.rollout())
                .flatMap(rings -> rings.seen(listed, stale)
                        .hold(update, engine.rules().clock().instant()));
    }

    private static Item waiting(WatchedImage key, List<RunningContainer> listed, String why) {
        return Item.of(key.image(), Outcome.WAITING, listed.size()).saying(why);
    }

    private static Item item(WatchedImage key, List<RunningContainer> listed, ImageAttempts.Result result) {
        Outcome none = result.rest().isEmpty() ? Outcome.CURRENT : Outcome.WAITING;
        Outcome done = result.replaced() == 0 ? none : Outcome.REFRESHED;
        Item item = Item.of(key.image(), result.failure().isPresent() ? Outcome.FAILED : done, listed.size())
                .refreshed(result.replaced())
                .saying(result.rest());
        return result.failure()
                .map(e -> item.because(e.reason(), String.valueOf(e.getMessage())))
                .orElse(item);
    }
}
