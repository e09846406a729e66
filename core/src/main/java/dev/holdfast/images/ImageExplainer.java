package dev.holdfast.images;

import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger.Entry;
import dev.holdfast.spi.image.ImageLedger.Phase;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.WatchedImage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Says why nothing happens to an image, from what the ledger knows; asks no registry. */
final class ImageExplainer {

    private final ImageEngine engine;
    private final ImageStaleness standing;
    private final WatchedImage key;

    ImageExplainer(ImageEngine engine, ImageStaleness standing, WatchedImage key) {
        this.engine = engine;
        this.standing = standing;
        this.key = key;
    }

    Explanation explain() {
        Optional<Entry> entry = engine.ledger().find(key);
        Optional<Update> offered = entry.filter(known -> known.phase() != Phase.COMMITTED || isOpen(known))
                .flatMap(Entry::update);
        return offered.flatMap(update -> offered(update, entry))
                .or(this::failing)
                .orElseGet(() -> entry.filter(known -> known.phase() == Phase.COMMITTED)
                        .map(this::current)
                        .orElseGet(() -> because(Code.NOT_ASKED_YET, "the next look compares it with what runs")));
    }

    private Explanation current(Entry entry) {
        return new Explanation(
                new ImageSubject(key),
                Code.UP_TO_DATE,
                "its tag stands at " + entry.observed() + ", which runs",
                Optional.empty(),
                OptionalLong.empty(),
                engine.parts().refresher().verified(key.image(), entry.observed()));
    }

    private static boolean isOpen(Entry entry) {
        return entry.update().filter(update -> update.status().isOpen()).isPresent();
    }

    private Optional<Explanation> offered(Update update, Optional<Entry> entry) {
        return switch (update.status()) {
            case PENDING -> Optional.of(pending(update, entry));
            case APPLYING ->
                Optional.of(about(
                        update,
                        new PolicyHold(
                                Code.UNDER_WAY, update.actor() + " applies update " + update.id(), Optional.empty())));
            case DISMISSED ->
                Optional.of(about(update, new PolicyHold(Code.DISMISSED, declined(update), Optional.empty())));
            case FAILED -> Optional.of(about(update, new PolicyHold(Code.FAILED, declined(update), Optional.empty())));
            case APPLIED, SUPERSEDED, RESOLVED -> Optional.empty();
        };
    }

    private Explanation pending(Update update, Optional<Entry> entry) {
        Instant now = engine.rules().clock().instant();
        return about(
                update,
                refusal(update)
                        .or(() -> engine.hold(key.image(), update))
                        .or(() -> rings(update, entry.flatMap(Entry::rollout), now))
                        .orElseGet(() -> new PolicyHold(
                                Code.READY, "update " + update.id() + " begins with the next look", Optional.of(now))));
    }

    private Optional<PolicyHold> refusal(Update update) {
        return engine.parts()
                .refresher()
                .refusal(key.image(), ImageDigest.of(update.to().value()))
                .map(found -> new PolicyHold(
                        Code.NOT_TRUSTED, String.valueOf(found.why().getMessage()), Optional.of(found.until())));
    }

    private Optional<PolicyHold> rings(Update update, Optional<ImageRollout> rollout, Instant now) {
        ImageDigest digest = ImageDigest.of(update.to().value());
        return rollout.filter(of -> of.digest().equals(digest))
                .map(ImageRings::new)
                .flatMap(rings -> rings.hold(update, now));
    }

    private Optional<Explanation> failing() {
        return standing.pause(key)
                .map(pause -> new Explanation(
                        new ImageSubject(key),
                        Code.UPSTREAM_FAILING,
                        "its registry could not be asked " + pause.failures() + " times: " + pause.message(),
                        Optional.of(pause.until()),
                        OptionalLong.empty()));
    }

    /** Returns why an update that was declined is not offered again. */
    static String declined(Update update) {
        return update.status() == UpdateStatus.DISMISSED
                ? "update " + update.id() + ": " + update.actor() + " dismissed it; another digest is offered again"
                : "update " + update.id() + ": it failed: " + update.lastError().orElse("no reason was recorded")
                        + "; retry it, or wait for another";
    }

    private Explanation about(Update update, PolicyHold hold) {
        return new Explanation(
                new ImageSubject(key), hold.code(), hold.text(), hold.until(), OptionalLong.of(update.id()));
    }

    private Explanation because(Code code, String text) {
        return new Explanation(new ImageSubject(key), code, text, Optional.empty(), OptionalLong.empty());
    }
}
