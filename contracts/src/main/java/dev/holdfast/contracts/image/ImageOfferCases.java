package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Comparison;
import dev.holdfast.spi.image.ImageLedger.Ending;
import dev.holdfast.spi.image.ImageLedger.Phase;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cases about what is seen of images and offered, and what all cases about their ledger stand on. */
abstract class ImageOfferCases {

    static final WatchedImage WEB = new WatchedImage("engine-1", ImageReference.parse("acme/web"));
    static final WatchedImage ELSEWHERE = new WatchedImage("engine-2", ImageReference.parse("acme/web"));
    static final ImageDigest ONE = ImageDigest.of("sha256:" + "1".repeat(64));
    static final ImageDigest TWO = ImageDigest.of("sha256:" + "2".repeat(64));
    static final ImageDigest THREE = ImageDigest.of("sha256:" + "3".repeat(64));
    static final Duration LEASE = Duration.ofMinutes(2);
    static final Ending DONE = new Ending.Done();

    final MutableClock clock = MutableClock.create();

    @SuppressWarnings("NullAway.Init") // set before each case
    ImageLedger ledger;

    @SuppressWarnings("NullAway.Init") // set before each case
    ImageStores stores;

    ImageOfferCases() {}

    /**
     * Returns an empty ledger, and the store of its queue, that measure time by {@code clock}. Asked for once for each
     * case.
     */
    protected abstract ImageStores stores(MutableClock clock);

    @BeforeEach
    final void makeTheLedger() {
        stores = stores(clock);
        ledger = stores.ledger();
    }

    final UpdateStore updates() {
        return stores.store().updates();
    }

    static Revision running(ImageDigest digest) {
        return Revision.of(digest.value());
    }

    /** The tag is seen at a digest, while containers run another. */
    final Update offered(ImageDigest from, ImageDigest to) {
        return ledger.settle(ledger.observe(WEB, to, false), Comparison.stale(running(from)))
                .queued()
                .orElseThrow();
    }

    static Beginning patient(Update update) {
        return new Beginning(Optional.of(update), "node-a", "policy", true);
    }

    static Beginning operator(Update update) {
        return new Beginning(Optional.of(update), "node-b", "alice", false);
    }

    final Attempt begun(Update update) {
        return ledger.begin(WEB, patient(now(update)), LEASE).orElseThrow();
    }

    final ImageLedger.Entry entry() {
        return ledger.find(WEB).orElseThrow();
    }

    final Update now(Update update) {
        return updates().find(update.id()).orElseThrow();
    }

    final List<Update> pending() {
        return updates()
                .list(UpdateQuery.of(UpdateStatus.PENDING), Page.Request.first(10))
                .items();
    }

    /** Returns what was decided and done, newest first: not what was queued. */
    final List<AuditEntry> audited() {
        return stores.store().audit().list(Page.Request.first(10)).items().stream()
                .filter(entry -> !entry.action().equals("update-queued"))
                .toList();
    }

    static Ending failed(Duration pause) {
        return new Ending.Failed(Reason.UNREACHABLE, "no route", pause);
    }

    @Test
    final void whatWasSeenIsNotWhatRuns() {
        ImageLedger.Entry entry = ledger.observe(WEB, ONE, false);

        assertThat(entry.phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry.observed()).isEqualTo(ONE);
        assertThat(entry.committed()).isEmpty();
        assertThat(entry.update()).isEmpty();
        assertThat(ledger.find(WEB)).contains(entry);
        assertThat(pending()).isEmpty();
    }

    @Test
    final void whatIsOfferedIsAudited() {
        offered(ONE, TWO);

        assertThat(stores.store().audit().list(Page.Request.first(10)).items())
                .singleElement()
                .returns("update-queued", AuditEntry::action)
                .returns("watcher", AuditEntry::actor)
                .returns(Optional.of(Revision.of(TWO.value())), AuditEntry::to);
    }

    @Test
    final void whatWasNeverSeenIsNotThere() {
        Update update = offered(ONE, TWO);

        assertThat(ledger.find(ELSEWHERE)).isEmpty();
        assertThat(ledger.find(new WatchedImage("engine-1", ImageReference.parse("acme/web-admin"))))
                .isEmpty();
        assertThat(ledger.begin(ELSEWHERE, patient(update), LEASE)).isEmpty();
        ledger.observe(ELSEWHERE, TWO, false);
        assertThat(ledger.begin(ELSEWHERE, patient(update), LEASE)).isEmpty();
        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    final void theFirstSightSeedsIfAskedToAndNoLaterOneDoes() {
        assertThat(ledger.observe(WEB, ONE, true).committed()).contains(ONE);

        ImageLedger.Entry moved = ledger.observe(WEB, TWO, true);

        assertThat(moved.observed()).isEqualTo(TWO);
        assertThat(moved.committed()).contains(ONE);
        assertThat(moved.phase()).isEqualTo(Phase.OBSERVED);
    }

    @Test
    final void seeingTheSameAgainChangesNothing() {
        ImageLedger.Entry first = ledger.observe(WEB, ONE, false);
        clock.advance(Duration.ofMinutes(5));

        assertThat(ledger.observe(WEB, ONE, false)).isEqualTo(first);
    }

    @Test
    final void whatIsStaleIsQueuedOnceAndWhatRunsIsRecorded() {
        Update update = offered(ONE, TWO);

        assertThat(update.subject()).isEqualTo(new ImageSubject(WEB));
        assertThat(update.from().value()).isEqualTo(ONE.value());
        assertThat(update.to().value()).isEqualTo(TWO.value());
        assertThat(update.status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(ledger.settle(entry(), Comparison.stale(running(ONE))).queued())
                .isEmpty();
        assertThat(pending()).containsExactly(update);
        assertThat(entry().update()).contains(update);
        assertThat(entry().committed()).isEmpty();
    }

    @Test
    final void enginesHaveEntriesAndUpdatesOfTheirOwn() {
        Update here = offered(ONE, TWO);

        Update there = ledger.settle(ledger.observe(ELSEWHERE, TWO, false), Comparison.stale(running(ONE)))
                .queued()
                .orElseThrow();

        assertThat(pending()).containsExactly(there, here);
        updates().dismiss(there.id(), "alice", "");
        assertThat(entry().update()).contains(here);
    }

    @Test
    final void anotherDigestTakesThePlaceOfWhatWasOfferedAndTheFirstSightIsKept() {
        Instant first = clock.instant();
        Update two = offered(ONE, TWO);
        clock.advance(Duration.ofHours(1));
        Update three = offered(ONE, THREE);
        clock.advance(Duration.ofHours(1));

        Update again = offered(ONE, TWO);

        assertThat(now(two).status()).isEqualTo(UpdateStatus.SUPERSEDED);
        assertThat(now(three).status()).isEqualTo(UpdateStatus.SUPERSEDED);
        assertThat(again.id()).isNotEqualTo(two.id());
        assertThat(again.seenAt()).isEqualTo(first);
        assertThat(pending()).containsExactly(again);
    }

    @Test
    final void whatRunsByNowResolvesWhatWasOffered() {
        Update update = offered(ONE, TWO);

        assertThat(ledger.settle(entry(), Comparison.current()).queued()).isEmpty();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void whatWasDismissedIsNotQueuedAgainAndAnotherDigestIs() {
        Update two = offered(ONE, TWO);
        updates().dismiss(two.id(), "alice", "not in december");

        assertThat(ledger.settle(entry(), Comparison.stale(running(ONE))).queued())
                .isEmpty();
        assertThat(ledger.begin(WEB, operator(two), LEASE)).isEmpty();
        assertThat(entry().update().map(Update::status)).contains(UpdateStatus.DISMISSED);
        Update three = offered(ONE, THREE);
        assertThat(ledger.settle(ledger.observe(WEB, TWO, false), Comparison.stale(running(ONE)))
                        .queued())
                .isEmpty();

        assertThat(now(three).status()).isEqualTo(UpdateStatus.SUPERSEDED);
        assertThat(pending()).isEmpty();
        assertThat(audited().get(0).subject()).isEqualTo(Optional.of(new ImageSubject(WEB)));
        assertThat(audited().get(0).key()).isEmpty();
        assertThat(audited().get(0).outcome()).isEqualTo("not in december");
    }

    @Test
    final void aListFromBeforeAnAttemptSaysNothingAnyMore() {
        Update update = offered(ONE, TWO);
        ImageLedger.Entry before = entry();
        ledger.end(begun(update), DONE);

        ledger.settle(before, Comparison.stale(running(ONE)));

        assertThat(pending()).isEmpty();
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void policiesOfPluginsDoNotSeeImages() {
        offered(ONE, TWO);

        assertThat(updates()
                        .list(UpdateQuery.forPolicies(), Page.Request.first(5))
                        .items())
                .isEmpty();
        assertThat(updates()
                        .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(5))
                        .items())
                .hasSize(1);
    }
}
