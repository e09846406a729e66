package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.PlaceStore.Look;
import dev.holdfast.spi.store.PlaceStore.Place;
import dev.holdfast.spi.store.PlaceStore.PlaceClaim;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a store says that somebody should look at a place, and who. */
abstract class TrackingStoreContractPlace extends TrackingStoreContractHistory {

    private static final Look CLEAN = new Look.Clean(Optional.empty());

    @Test
    void aPlaceIsDueWhenAnOperationHasEndedThere() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        assertThat(due()).isEmpty();

        store.journal().close(operation, Closing.failed("no"));

        PlaceClaim claim = due().get(0);
        assertThat(claim.place()).isEqualTo(new Place(GREETER, PLACE));
        assertThat(claim.at()).isEqualTo(clock.instant());
        assertThat(claim.failures()).isZero();
        assertThat(claim.trouble()).isEmpty();
    }

    @Test
    void aCollectionMakesNothingDue() {
        Operation operation = opened(wanted(Kind.COLLECT, GREETER, A));

        store.journal().close(operation, Closing.succeeded("3 releases removed"));

        assertThat(due()).isEmpty();
    }

    @Test
    void aPlaceIsClaimedByOneUntilItsLeaseHasRunOut() {
        installed(GREETER, origin(MAIN), A);
        PlaceClaim first = due().get(0);

        assertThat(due()).isEmpty();
        clock.advance(LEASE);
        assertThat(due()).hasSize(1);
        assertThat(store.places().settle(first, CLEAN)).isFalse();
        assertThat(store.places().settle(first, new Look.Failed(HOUR))).isFalse();
        assertThat(store.places().end(first)).isFalse();
    }

    @Test
    void callersAtTheSameTimeShareWhatIsDue() throws Exception {
        for (int i = 0; i < 12; i++) {
            installed(dev.holdfast.spi.InstallKey.of("ws-" + i, "greeter"), origin(MAIN), A);
        }

        List<List<PlaceClaim>> claims = together(4, () -> store.places().claimDue("node", 5, LEASE));

        List<Place> all =
                claims.stream().flatMap(List::stream).map(PlaceClaim::place).toList();
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
    }

    @Test
    void aSettledPlaceIsDueAgainAtItsTimeOrNotAtAll() {
        installed(GREETER, origin(MAIN), A);
        store.places().settle(due().get(0), new Look.Clean(Optional.of(HOUR)));
        assertThat(due()).isEmpty();

        clock.advance(HOUR);
        store.places().settle(due().get(0), CLEAN);

        clock.advance(HOUR.multipliedBy(10_000));
        assertThat(due()).isEmpty();
        installed(GREETER, origin(MAIN), B);
        assertThat(due()).hasSize(1);
    }

    @Test
    void whatEndsWhileSomebodyLooksIsLookedAtAgain() {
        installed(GREETER, origin(MAIN), A);
        PlaceClaim claim = due().get(0);
        installed(GREETER, origin(MAIN), B);

        assertThat(store.places().end(claim)).isFalse();
        assertThat(store.places().settle(claim, new Look.Clean(Optional.of(HOUR))))
                .isTrue();

        assertThat(due()).hasSize(1);
    }

    @Test
    void failuresAreCountedAndOnlyASuccessBringsTheNextLookForward() {
        installed(GREETER, origin(MAIN), A);
        store.places().settle(due().get(0), new Look.Failed(HOUR));
        store.journal().close(opened(wanted(Kind.UPGRADE, GREETER, B)), Closing.failed("the target is down"));
        assertThat(due()).isEmpty();

        clock.advance(HOUR);
        PlaceClaim second = due().get(0);
        store.places().settle(second, new Look.Failed(HOUR));
        installed(GREETER, origin(MAIN), B);

        assertThat(second.failures()).isEqualTo(1);
        assertThat(due().get(0).failures()).isZero();
    }

    @Test
    void whatCannotBeRemovedIsRememberedUntilItIsGone() {
        installed(GREETER, origin(MAIN), A);
        store.places().settle(due().get(0), new Look.Stuck("a file is immutable", HOUR));
        clock.advance(HOUR);
        PlaceClaim claim = due().get(0);
        assertThat(claim.trouble()).contains("a file is immutable");
        assertThat(store.places().troubles(10).count()).isEqualTo(1);
        assertThat(store.places().troubles(10).first()).containsExactly("a file is immutable");

        store.places().settle(claim, new Look.Failed(HOUR));
        assertThat(store.places().troubles(10).count()).isEqualTo(1);
        clock.advance(HOUR);
        store.places().settle(due().get(0), CLEAN);

        assertThat(store.places().troubles(10).count()).isZero();
    }

    @Test
    void anEndedPlaceIsKnownAgainWithItsNextOperation() {
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);
        PlaceClaim claim = due().get(0);

        assertThat(store.places().end(claim)).isTrue();

        assertThat(store.places().list(Page.Request.first(10)).items()).isEmpty();
        installed(GREETER, origin(MAIN), A);
        assertThat(due()).hasSize(1);
    }

    @Test
    void anOperationWhosePlaceWasEndedMeanwhileMakesItDueAllTheSame() {
        installed(GREETER, origin(MAIN), A);
        PlaceClaim claim = due().get(0);
        Operation open = opened(wanted(Kind.UPGRADE, GREETER, B));
        store.places().end(claim);

        store.journal().close(open, Closing.failed("no"));

        assertThat(due()).hasSize(1);
    }

    @Test
    void aForgottenWorkspaceHasNoPlaces() {
        installed(GREETER, origin(MAIN), A);

        store.installs().forget(WorkspaceId.of("ws-1"), "carol");

        assertThat(store.places().list(Page.Request.first(10)).items()).isEmpty();
        assertThat(due()).isEmpty();
    }

    @Test
    void anAbsurdClaimIsRefused() {
        assertThatThrownBy(() -> store.places().claimDue("node", 1001, LEASE)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.places().claimDue("node", 1, Duration.ZERO))
                .isInstanceOf(PermanentException.class);
    }

    private List<PlaceClaim> due() {
        return store.places().claimDue("node-1", 10, LEASE);
    }
}
