package dev.holdfast.admin;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastEvent.Changed;
import dev.holdfast.HoldfastEvent.ContainersIndexed;
import dev.holdfast.HoldfastEvent.Decided;
import dev.holdfast.HoldfastEvent.Failed;
import dev.holdfast.HoldfastEvent.ImageFailed;
import dev.holdfast.HoldfastEvent.ImageRefreshed;
import dev.holdfast.HoldfastEvent.ImageRolloutMoved;
import dev.holdfast.HoldfastEvent.ImageVerified;
import dev.holdfast.HoldfastEvent.ImagesChecked;
import dev.holdfast.HoldfastEvent.IndexingFailed;
import dev.holdfast.HoldfastEvent.QuarantineLifted;
import dev.holdfast.HoldfastEvent.Quarantined;
import dev.holdfast.HoldfastEvent.Recovered;
import dev.holdfast.HoldfastEvent.RefRewritten;
import dev.holdfast.HoldfastEvent.RolloutMoved;
import dev.holdfast.HoldfastEvent.Swept;
import dev.holdfast.HoldfastEvent.TagsUnread;
import dev.holdfast.HoldfastEvent.TargetDiffers;
import dev.holdfast.HoldfastEvent.TargetMatches;
import dev.holdfast.HoldfastEvent.UpdateQueued;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import java.util.Map;
import java.util.Optional;

/**
 * An event as watchers get it.
 *
 * @param name what kind of event
 * @param data what a page may want to say of it; for the whole it asks again
 */
record EventView(String name, Object data) {

    /** How far an apply has come. */
    record ProgressView(long update, long entries, long bytes) {}

    /** An operation that came to an end. */
    record OperationEnd(String kind, String workspace, String plugin, String outcome, String message) {

        static OperationEnd of(Operation operation, String outcome, String message) {
            InstallKey key = operation.key();
            return new OperationEnd(
                    Words.of(operation.kind()),
                    key.workspace().value(),
                    key.plugin().value(),
                    outcome,
                    message);
        }
    }

    static EventView progress(long update, long entries, long bytes) {
        return new EventView("progress", new ProgressView(update, entries, bytes));
    }

    /** Returns what watchers get; empty for what they would not look at, and for kinds that are newer than this. */
    static Optional<EventView> of(HoldfastEvent event) {
        if (event instanceof Changed changed) {
            return view("changed", ChangeView.of(changed.report()));
        }
        if (event instanceof Failed failed) {
            return view("failed", OperationEnd.of(failed.operation(), Words.of(failed.reason()), failed.message()));
        }
        if (event instanceof Recovered recovered) {
            return view("recovered", OperationEnd.of(recovered.operation(), Words.of(recovered.outcome()), ""));
        }
        if (event instanceof UpdateQueued queued) {
            return view("update-queued", UpdateView.of(queued.update()));
        }
        if (event instanceof Decided decided) {
            return view("decided", UpdateView.of(decided.update()));
        }
        return ofFleet(event).or(() -> ofTargets(event)).or(() -> ofLooks(event));
    }

    private static Optional<EventView> ofTargets(HoldfastEvent event) {
        if (event instanceof TargetDiffers told) {
            return view("target-differs", ObservationView.of(told.observation()));
        }
        return event instanceof TargetMatches told
                ? view("target-matches", ObservationView.of(told.observation()))
                : Optional.empty();
    }

    private static Optional<EventView> ofFleet(HoldfastEvent event) {
        if (event instanceof RolloutMoved moved) {
            return view("rollout-moved", RolloutView.of(moved.rollout()));
        }
        if (event instanceof ImageRolloutMoved moved) {
            return view(
                    "image-rollout-moved",
                    Map.of(
                            "image", moved.image().image().toString(),
                            "site", moved.image().site(),
                            "digest", moved.rollout().digest().value(),
                            "state", moved.rollout().progress().state(),
                            "ring", moved.rollout().progress().ring() + 1,
                            "rings", moved.rings()));
        }
        if (event instanceof Quarantined declared) {
            return view("quarantined", Map.of("id", declared.quarantine().id()));
        }
        return event instanceof QuarantineLifted lifted
                ? view("quarantine-lifted", Map.of("id", lifted.quarantine().id()))
                : Optional.empty();
    }

    private static Optional<EventView> ofLooks(HoldfastEvent event) {
        if (event instanceof Swept swept) {
            return swept.report().nothingWasDue() ? Optional.empty() : view("swept", SweepView.of(swept.report()));
        }
        if (event instanceof RefRewritten alarm) {
            return view(
                    "ref-rewritten",
                    Map.of(
                            "upstream",
                            alarm.upstream().key(),
                            "ref",
                            alarm.ref().toString()));
        }
        if (event instanceof TagsUnread told) {
            return view(
                    "tags-unread",
                    Map.of(
                            "upstream",
                            told.upstream().key(),
                            "ref",
                            told.ref().toString(),
                            "text",
                            told.unread().text()));
        }
        if (event instanceof ContainersIndexed indexed) {
            return indexed.report().changed()
                    ? view("containers-indexed", Map.of("host", indexed.report().host()))
                    : Optional.empty();
        }
        if (event instanceof IndexingFailed failed) {
            return view("indexing-failed", Map.of("host", failed.host(), "message", failed.message()));
        }
        if (event instanceof ImageRefreshed refreshed) {
            return view("image-refreshed", UpdateView.of(refreshed.update()));
        }
        if (event instanceof ImageFailed failed) {
            return view("image-failed", UpdateView.of(failed.update()));
        }
        if (event instanceof ImageVerified verified) {
            return view(
                    "image-verified",
                    Map.of(
                            "image",
                            verified.image().toString(),
                            "text",
                            verified.verified().text()));
        }
        if (event instanceof ImagesChecked checked) {
            return view(
                    "images-checked",
                    checked.report().items().stream().map(ImageView::of).toList());
        }
        return Optional.empty();
    }

    private static Optional<EventView> view(String name, Object data) {
        return Optional.of(new EventView(name, data));
    }
}
