package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.ImageDigest;
import dev.holdfast.spi.ImageLedger;
import dev.holdfast.spi.ImageLedger.Attempt;
import dev.holdfast.spi.ImageLedger.Phase;
import dev.holdfast.spi.ImageLedger.WatchedImage;
import dev.holdfast.spi.ImageReference;
import dev.holdfast.spi.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ImageLedger} promises. Extend it, give an empty ledger in {@link #ledger}, and run it; there is nothing to
 * opt out of.
 */
public abstract class ImageLedgerContract {

    private static final WatchedImage WEB = new WatchedImage("engine-1", ImageReference.parse("acme/web"));
    private static final ImageDigest ONE = ImageDigest.of("sha256:" + "1".repeat(64));
    private static final ImageDigest TWO = ImageDigest.of("sha256:" + "2".repeat(64));
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final MutableClock clock = MutableClock.create();

    @SuppressWarnings("NullAway.Init") // set before each case
    private ImageLedger ledger;

    /** For subclasses. */
    protected ImageLedgerContract() {}

    /** Returns an empty ledger that measures time by {@code clock}. It is asked for once for each case. */
    protected abstract ImageLedger ledger(Clock clock);

    @BeforeEach
    final void makeTheLedger() {
        ledger = ledger(clock);
    }

    private Attempt begun(ImageDigest digest) {
        return ledger.begin(WEB, digest, "node-a", LEASE).orElseThrow();
    }

    private ImageLedger.Entry entry() {
        return ledger.find(WEB).orElseThrow();
    }

    @Test
    final void whatWasSeenIsNotWhatRuns() {
        ImageLedger.Entry entry = ledger.observe(WEB, ONE, false);

        assertThat(entry.phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry.observed()).isEqualTo(ONE);
        assertThat(entry.committed()).isEmpty();
        assertThat(ledger.find(WEB)).contains(entry);
    }

    @Test
    final void whatWasNeverSeenIsNotThere() {
        ledger.observe(WEB, ONE, false);

        assertThat(ledger.find(new WatchedImage("engine-2", WEB.image()))).isEmpty();
        assertThat(ledger.find(new WatchedImage("engine-1", ImageReference.parse("acme/web-admin"))))
                .isEmpty();
        assertThat(ledger.begin(new WatchedImage("engine-2", WEB.image()), ONE, "node-a", LEASE))
                .isEmpty();
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
    final void onlyACommitAdvancesWhatRuns() {
        ledger.observe(WEB, ONE, false);
        Attempt attempt = begun(ONE);
        assertThat(entry().phase()).isEqualTo(Phase.REFRESHING);
        assertThat(entry().committed()).isEmpty();

        assertThat(ledger.commit(attempt)).isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
        assertThat(entry().committed()).contains(ONE);
        assertThat(ledger.commit(attempt)).isFalse();
        assertThat(ledger.extend(attempt, LEASE)).isFalse();
    }

    /** Row 47 of the lessons: the digest advanced although the pull had failed. */
    @Test
    final void afterAFailureTheDigestIsTriedAgainAndHasNotAdvanced() {
        ledger.observe(WEB, ONE, true);
        ledger.observe(WEB, TWO, false);

        assertThat(ledger.fail(begun(TWO), Reason.UNREACHABLE, "no route", Duration.ofMinutes(10)))
                .isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry().committed()).contains(ONE);
        assertThat(entry().attempts()).isEqualTo(1);
        assertThat(entry().lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("no route"));
        clock.advance(Duration.ofMinutes(9));
        assertThat(ledger.begin(WEB, TWO, "node-b", LEASE)).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(begun(TWO).failures()).isEqualTo(1);
    }

    @Test
    final void anotherDigestDoesNotWaitForTheFailuresOfTheLast() {
        ledger.observe(WEB, ONE, false);
        ledger.fail(begun(ONE), Reason.UNHEALTHY, "does not start", Duration.ofHours(6));

        ImageLedger.Entry moved = ledger.observe(WEB, TWO, false);

        assertThat(moved.attempts()).isZero();
        assertThat(moved.lastError()).isEmpty();
        assertThat(moved.retryAt()).isEmpty();
        assertThat(begun(TWO).failures()).isZero();
    }

    @Test
    final void anAttemptIsOfOneNodeUntilItsLeaseRunsOut() {
        ledger.observe(WEB, ONE, false);
        Attempt first = begun(ONE);
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.extend(first, LEASE)).isTrue();
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.begin(WEB, ONE, "node-b", LEASE)).isEmpty();

        clock.advance(Duration.ofSeconds(2));
        Attempt second = ledger.begin(WEB, ONE, "node-b", LEASE).orElseThrow();

        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(ledger.extend(first, LEASE)).isFalse();
        assertThat(ledger.commit(first)).isFalse();
        assertThat(ledger.fail(first, Reason.TIMEOUT, "too late", LEASE)).isFalse();
        assertThat(ledger.commit(second)).isTrue();
    }

    @Test
    final void aMoveDuringAnAttemptIsLeftToTheNextOne() {
        ledger.observe(WEB, ONE, false);
        Attempt attempt = begun(ONE);

        assertThat(ledger.observe(WEB, TWO, false).phase()).isEqualTo(Phase.REFRESHING);
        assertThat(ledger.begin(WEB, TWO, "node-b", LEASE)).isEmpty();
        assertThat(ledger.begin(WEB, ONE, "node-b", LEASE)).isEmpty();
        assertThat(ledger.commit(attempt)).isTrue();

        assertThat(entry().committed()).contains(ONE);
        assertThat(entry().observed()).isEqualTo(TWO);
        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(ledger.commit(begun(TWO))).isTrue();
    }

    @Test
    final void aFailureOfAnOlderDigestIsNotHeldAgainstTheNewOne() {
        ledger.observe(WEB, ONE, false);
        Attempt attempt = begun(ONE);
        ledger.observe(WEB, TWO, false);

        assertThat(ledger.fail(attempt, Reason.UNHEALTHY, "broken", Duration.ofHours(6)))
                .isTrue();

        assertThat(entry().attempts()).isZero();
        assertThat(begun(TWO).failures()).isZero();
    }

    @Test
    final void whatRunsMayBePutToWorkAgain() {
        ledger.observe(WEB, ONE, true);

        assertThat(ledger.commit(begun(ONE))).isTrue();
    }

    @Test
    final void ofManyNodesThatBeginAtOnceOneDoes() throws Exception {
        ledger.observe(WEB, ONE, false);
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        Callable<Optional<Attempt>> begin = () -> ledger.begin(WEB, ONE, "node-x", LEASE);

        List<Attempt> begun = new ArrayList<>();
        for (Future<Optional<Attempt>> node : nodes.invokeAll(Collections.nCopies(16, begin))) {
            node.get().ifPresent(begun::add);
        }

        nodes.shutdown();
        assertThat(begun).hasSize(1);
    }
}
