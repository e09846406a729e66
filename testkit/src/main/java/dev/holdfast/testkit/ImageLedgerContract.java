package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.ImageDigest;
import dev.holdfast.spi.ImageLedger;
import dev.holdfast.spi.ImageLedger.Attempt;
import dev.holdfast.spi.ImageLedger.Beginning;
import dev.holdfast.spi.ImageLedger.Ending;
import dev.holdfast.spi.ImageLedger.Phase;
import dev.holdfast.spi.ImageLedger.WatchedImage;
import dev.holdfast.spi.ImageReference;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.UpdateStore;
import dev.holdfast.spi.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ImageLedger} promises, and of the queue that it offers updates in. Extend it, give an empty ledger in
 * {@link #stores}, and run it; there is nothing to opt out of.
 */
public abstract class ImageLedgerContract {

    private static final WatchedImage WEB = new WatchedImage("engine-1", ImageReference.parse("acme/web"));
    private static final WatchedImage ELSEWHERE = new WatchedImage("engine-2", ImageReference.parse("acme/web"));
    private static final ImageDigest ONE = ImageDigest.of("sha256:" + "1".repeat(64));
    private static final ImageDigest TWO = ImageDigest.of("sha256:" + "2".repeat(64));
    private static final ImageDigest THREE = ImageDigest.of("sha256:" + "3".repeat(64));
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Ending DONE = new Ending.Done();

    private final MutableClock clock = MutableClock.create();

    @SuppressWarnings("NullAway.Init") // set before each case
    private ImageLedger ledger;

    @SuppressWarnings("NullAway.Init") // set before each case
    private ImageStores stores;

    /** For subclasses. */
    protected ImageLedgerContract() {}

    /** Returns an empty ledger, and the store of its queue, that measure time by {@code clock}. Asked for once for each case. */
    protected abstract ImageStores stores(MutableClock clock);

    @BeforeEach
    final void makeTheLedger() {
        stores = stores(clock);
        ledger = stores.ledger();
    }

    private UpdateStore updates() {
        return stores.store().updates();
    }

    private static Optional<Revision> running(ImageDigest digest) {
        return Optional.of(Revision.of(digest.value()));
    }

    /** The tag is seen at a digest, while containers run another. */
    private Update offered(ImageDigest from, ImageDigest to) {
        return ledger.settle(ledger.observe(WEB, to, false), running(from))
                .queued()
                .orElseThrow();
    }

    private static Beginning patient(Update update) {
        return new Beginning(Optional.of(update), "node-a", "policy", true);
    }

    private static Beginning operator(Update update) {
        return new Beginning(Optional.of(update), "node-b", "alice", false);
    }

    private Attempt begun(Update update) {
        return ledger.begin(WEB, patient(now(update)), LEASE).orElseThrow();
    }

    private ImageLedger.Entry entry() {
        return ledger.find(WEB).orElseThrow();
    }

    private Update now(Update update) {
        return updates().find(update.id()).orElseThrow();
    }

    private List<Update> pending() {
        return updates()
                .list(UpdateQuery.of(UpdateStatus.PENDING), Page.Request.first(10))
                .items();
    }

    private List<AuditEntry> audited() {
        return stores.store()
                .audit()
                .list(Optional.empty(), Page.Request.first(10))
                .items();
    }

    private static Ending failed(Duration pause) {
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
        assertThat(ledger.settle(entry(), running(ONE)).queued()).isEmpty();
        assertThat(pending()).containsExactly(update);
        assertThat(entry().update()).contains(update);
        assertThat(entry().committed()).isEmpty();
    }

    @Test
    final void enginesHaveEntriesAndUpdatesOfTheirOwn() {
        Update here = offered(ONE, TWO);

        Update there = ledger.settle(ledger.observe(ELSEWHERE, TWO, false), running(ONE))
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

        assertThat(ledger.settle(entry(), Optional.empty()).queued()).isEmpty();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void whatWasDismissedIsNotQueuedAgainAndAnotherDigestIs() {
        Update two = offered(ONE, TWO);
        updates().dismiss(two.id(), "alice", "not in december");

        assertThat(ledger.settle(entry(), running(ONE)).queued()).isEmpty();
        assertThat(ledger.begin(WEB, operator(two), LEASE)).isEmpty();
        assertThat(entry().update().map(Update::status)).contains(UpdateStatus.DISMISSED);
        Update three = offered(ONE, THREE);
        assertThat(ledger.settle(ledger.observe(WEB, TWO, false), running(ONE)).queued())
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

        ledger.settle(before, running(ONE));

        assertThat(pending()).isEmpty();
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void onlyTheEndOfAnAttemptAdvancesWhatRuns() {
        Update update = offered(ONE, TWO);
        Attempt attempt = begun(update);
        assertThat(entry().phase()).isEqualTo(Phase.REFRESHING);
        assertThat(entry().committed()).isEmpty();
        assertThat(now(update).status()).isEqualTo(UpdateStatus.APPLYING);
        assertThat(updates().dismiss(update.id(), "alice", "").map(Update::status))
                .contains(UpdateStatus.APPLYING);

        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
        assertThat(entry().committed()).contains(TWO);
        assertThat(now(update).status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(ledger.end(attempt, DONE)).isFalse();
        assertThat(ledger.extend(attempt, LEASE)).isFalse();
        assertThat(audited())
                .singleElement()
                .returns("refresh", AuditEntry::action)
                .returns("policy", AuditEntry::actor)
                .returns(running(ONE), AuditEntry::from)
                .returns(running(TWO), AuditEntry::to)
                .returns("succeeded", AuditEntry::outcome);
    }

    /** Row 47 of the lessons: the digest advanced although the pull had failed. */
    @Test
    final void afterAFailureTheDigestIsTriedAgainAndHasNotAdvanced() {
        ledger.observe(WEB, ONE, true);
        Update update = offered(ONE, TWO);

        assertThat(ledger.end(begun(update), failed(Duration.ofMinutes(10)))).isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry().committed()).contains(ONE);
        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(now(update).attempts()).isEqualTo(1);
        assertThat(now(update).lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("no route"));
        assertThat(audited().get(0).outcome()).startsWith("failed").contains("no route");
        clock.advance(Duration.ofMinutes(9));
        assertThat(ledger.begin(WEB, patient(now(update)), LEASE)).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(begun(update).update().map(Update::attempts)).contains(1);
    }

    /** Who waited for an attempt that failed has its outcome, and does not make another by mistake. */
    @Test
    final void whoReadTheUpdateBeforeAnAttemptFailedDoesNotBegin() {
        Update update = offered(ONE, TWO);
        ledger.end(begun(update), failed(Duration.ofHours(6)));

        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    final void anOperatorDoesNotWaitOutAFailure() {
        Update update = offered(ONE, TWO);
        ledger.end(begun(update), failed(Duration.ofHours(6)));

        Attempt attempt = ledger.begin(WEB, operator(now(update)), LEASE).orElseThrow();

        assertThat(attempt.update().map(Update::actor)).contains("alice");
        assertThat(ledger.end(attempt, DONE)).isTrue();
        assertThat(now(update).lastError()).isEmpty();
    }

    @Test
    final void anotherDigestDoesNotWaitForTheFailuresOfTheLast() {
        Update two = offered(ONE, TWO);
        ledger.end(begun(two), failed(Duration.ofHours(6)));

        Update three = offered(ONE, THREE);

        assertThat(three.attempts()).isZero();
        assertThat(three.lastError()).isEmpty();
        assertThat(begun(three).update().map(Update::attempts)).contains(0);
    }

    @Test
    final void anAttemptIsOfOneNodeUntilItsLeaseRunsOut() {
        Update update = offered(ONE, TWO);
        Attempt first = begun(update);
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.extend(first, LEASE)).isTrue();
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();

        clock.advance(Duration.ofSeconds(2));
        Attempt second = ledger.begin(WEB, operator(update), LEASE).orElseThrow();

        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(ledger.extend(first, LEASE)).isFalse();
        assertThat(ledger.end(first, DONE)).isFalse();
        assertThat(ledger.end(first, failed(LEASE))).isFalse();
        assertThat(ledger.end(second, DONE)).isTrue();
        assertThat(audited()).hasSize(1);
    }

    @Test
    final void aMoveDuringAnAttemptIsLeftToTheNextLook() {
        Update two = offered(ONE, TWO);
        Attempt attempt = begun(two);

        assertThat(ledger.settle(ledger.observe(WEB, THREE, false), running(ONE))
                        .queued())
                .isEmpty();
        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(entry().committed()).contains(TWO);
        assertThat(entry().observed()).isEqualTo(THREE);
        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(ledger.end(begun(offered(TWO, THREE)), DONE)).isTrue();
        assertThat(entry().committed()).contains(THREE);
    }

    /** What was reviewed is what is applied, whatever the tag names by now. */
    @Test
    final void anUpdateStaysTheOneThatWasReviewed() {
        Update two = offered(ONE, TWO);
        ledger.observe(WEB, THREE, false);

        Attempt attempt = ledger.begin(WEB, operator(two), LEASE).orElseThrow();

        assertThat(attempt.update().map(Update::to)).isEqualTo(running(TWO));
        assertThat(ledger.end(attempt, DONE)).isTrue();
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void puttingInOrderHoldsTheEntryAndDecidesNothing() {
        Update update = offered(ONE, TWO);
        Beginning order = new Beginning(Optional.empty(), "node-a", "policy", true);

        Attempt attempt = ledger.begin(WEB, order, LEASE).orElseThrow();
        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();
        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(entry().committed()).isEmpty();
        assertThat(audited()).isEmpty();
    }

    @Test
    final void whoDiedPuttingInOrderHoldsNothingUpWhenTheLeaseHasRunOut() {
        Update update = offered(ONE, TWO);
        Beginning order = new Beginning(Optional.empty(), "node-a", "policy", true);
        ledger.begin(WEB, order, LEASE);
        clock.advance(LEASE.plusSeconds(1));

        ledger.settle(entry(), Optional.empty());

        assertThat(now(update).status()).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
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

    @Test
    final void ofManyNodesThatOfferAndBeginAtOnceOneDoes() throws Exception {
        ImageLedger.Entry seen = ledger.observe(WEB, TWO, false);
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        Callable<Optional<Attempt>> begin = () -> {
            Update update = ledger.settle(seen, running(ONE)).entry().update().orElseThrow();
            return ledger.begin(WEB, patient(update), LEASE);
        };

        List<Attempt> begun = new ArrayList<>();
        for (Future<Optional<Attempt>> node : nodes.invokeAll(Collections.nCopies(16, begin))) {
            node.get().ifPresent(begun::add);
        }

        nodes.shutdown();
        assertThat(begun).hasSize(1);
        assertThat(updates()
                        .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(5))
                        .items())
                .hasSize(1);
    }
}
