package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the journal tells of operations, whatever else is in it. */
abstract class TrackingStoreContractHistory extends TrackingStoreContractFixture {

    private static final Destination GREETER_PLACE = new Destination(PLACE, GREETER.plugin());

    @Test
    void anOperationIsFoundByItsIdWithTheTimeItEnded() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(Duration.ofMinutes(3));
        store.journal().close(operation, Closing.failed("it does not start"));

        Operation closed = store.history().find(operation.id()).orElseThrow();

        assertThat(operation.closedAt()).isEmpty();
        assertThat(closed.closedAt()).contains(clock.instant());
        assertThat(closed.outcome()).contains(Outcome.FAILED);
        assertThat(store.history().find(operation.id() + 1000)).isEmpty();
    }

    @Test
    void whatChangedADestinationIsListedNewestFirstWhateverFailedInBetween() {
        installed(GREETER, origin(MAIN), A);
        attempted(3);
        installed(GREETER, origin(MAIN), B);
        attempted(4);
        uninstalled(GREETER);
        attempted(2);

        assertThat(changes(Long.MAX_VALUE, 500))
                .extracting(Operation::kind)
                .containsExactly(Kind.UNINSTALL, Kind.INSTALL, Kind.INSTALL);
    }

    @Test
    void changesAreReadOnFromTheLowestOfTheLastAnswer() {
        for (int i = 0; i < 5; i++) {
            installed(GREETER, origin(MAIN), A);
        }
        List<Operation> all = changes(Long.MAX_VALUE, 500);

        List<Operation> first = changes(Long.MAX_VALUE, 2);
        List<Operation> rest = changes(first.get(1).id(), 500);

        assertThat(all).hasSize(5);
        assertThat(first).isEqualTo(all.subList(0, 2));
        assertThat(rest).isEqualTo(all.subList(2, 5));
    }

    @Test
    void changesAreThoseOfEveryWorkspaceThatHeldTheDestination() {
        InstallKey heir = InstallKey.of("ws-9", "greeter");
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);
        Operation inherited = opened(at(wanted(Kind.INSTALL, heir, A), PLACE));
        store.journal().record(inherited, install(inherited, origin(MAIN), A));
        store.journal().close(inherited, Closing.succeeded(""));
        installed(InstallKey.of("ws-1", "greeter.more"), origin(MAIN), A);

        assertThat(changes(Long.MAX_VALUE, 500)).extracting(Operation::key).containsExactly(heir, GREETER, GREETER);
    }

    @Test
    void whatWasPutBackIsAChangeAndWhatNeverBecameLiveIsNone() {
        Operation reverted = opened(wanted(Kind.UPGRADE, GREETER, B));
        store.journal().record(reverted, install(reverted, origin(MAIN), B));
        store.journal().advance(reverted, Phase.REVERTING, LEASE);
        store.journal().close(reverted, Closing.failed("not well"));
        Operation staged = opened(wanted(Kind.UPGRADE, GREETER, B));
        store.journal().advance(staged, Phase.STAGED, LEASE);
        store.journal().close(staged, Closing.failed("no space"));

        assertThat(changes(Long.MAX_VALUE, 500)).extracting(Operation::id).containsExactly(reverted.id());
    }

    @Test
    void aReleaseWasMadeForTheFirstOperationThatWantedIt() {
        NewOperation wanted = wanted(Kind.INSTALL, GREETER, A);
        Goal goal = wanted.goal().orElseThrow();
        Operation delivery = opened(wanted);
        store.journal().close(delivery, Closing.succeeded(""));
        attempted(3);
        store.journal().close(opened(wanted(Kind.ROLLBACK, GREETER, A).goal(goal)), Closing.succeeded(""));

        assertThat(store.history().delivery(GREETER, goal.stamp()).map(Operation::id))
                .contains(delivery.id());
        assertThat(store.history().delivery(InstallKey.of("ws-2", "greeter"), goal.stamp()))
                .isEmpty();
        assertThat(store.history().delivery(GREETER, Stamp.of(clock.instant(), 12_345)))
                .isEmpty();
    }

    @Test
    void theNewestOperationIsTheOneThatWasOpenedLast() {
        assertThat(store.history().newest(GREETER)).isEmpty();
        installed(GREETER, origin(MAIN), A);

        Operation open = opened(wanted(Kind.UPGRADE, GREETER, B));

        assertThat(store.history().newest(GREETER)).contains(open);
    }

    @Test
    void moreThanAPageIsRefused() {
        assertThatThrownBy(() -> store.history().changes(GREETER_PLACE, Long.MAX_VALUE, 501))
                .isInstanceOf(PermanentException.class);
    }

    @Test
    void operationsAreListedPageByPageUntilTheFirst() {
        attempted(4);

        List<Long> ids = all().stream().map(Operation::id).toList();

        assertThat(Page.stream(page -> store.history().list(GREETER, new Page.Request(page.after(), 3)))
                        .map(Operation::id))
                .containsExactlyElementsOf(ids);
        assertThatThrownBy(() -> store.history().list(GREETER, Page.Request.after("no id", 3)))
                .isInstanceOf(PermanentException.class);
    }

    private List<Operation> changes(long before, int max) {
        return store.history().changes(GREETER_PLACE, before, max);
    }

    private void attempted(int times) {
        for (int i = 0; i < times; i++) {
            store.journal().close(opened(wanted(Kind.UPGRADE, GREETER, C)), Closing.failed("upstream is down"));
            store.journal().close(opened(wanted(Kind.COLLECT, GREETER, A)), Closing.succeeded("nothing"));
        }
    }

    private static final Duration YEAR = Duration.ofDays(365);

    private long prune(int revisions) {
        return Pruning.first(YEAR, revisions, 3).allIn(store.history());
    }

    private List<Operation> all() {
        return store.history().list(GREETER, Page.Request.first(500)).items();
    }

    @Test
    void whatIsNotOldIsNotForgotten() {
        Update update = pending();
        store.updates().dismiss(update.id(), "bob", "");
        attempted(3);
        clock.advance(YEAR.minusDays(1));

        assertThat(prune(1)).isZero();

        assertThat(all()).hasSize(7);
    }

    @Test
    void whatNoDecisionNeedsIsForgottenWhenItIsOld() {
        installed(GREETER, origin(MAIN), A);
        attempted(3);
        installed(GREETER, origin(MAIN), B);
        swept(MAIN, C);
        swept(MAIN, A);
        uninstalled(GREETER);
        clock.advance(YEAR.plusDays(1));
        InstallKey young = InstallKey.of("ws-2", "greeter");
        installed(young, origin(MAIN), A);

        assertThat(prune(2)).isPositive();

        assertThat(all()).isEmpty();
        assertThat(store.updates()
                        .list(UpdateQuery.of(GREETER), Page.Request.first(10))
                        .items())
                .isEmpty();
        assertThat(store.audit().list(Page.Request.first(10)).items()).hasSize(1);
        assertThat(store.history().list(young, Page.Request.first(10)).items()).hasSize(1);
    }

    @Test
    void theWayBackOfAnIdleInstallIsNeverForgotten() {
        installed(GREETER, origin(MAIN), A);
        attempted(4);
        installed(GREETER, origin(MAIN), B);
        installed(GREETER, origin(MAIN), C);
        attempted(4);
        clock.advance(YEAR.multipliedBy(3));

        prune(2);

        assertThat(changes(Long.MAX_VALUE, 500))
                .extracting(row -> row.goal().orElseThrow().revision())
                .containsExactly(C, B);
        assertThat(all()).hasSize(2);
        assertThat(prune(2)).as("nothing is left to forget").isZero();
    }

    @Test
    void aReleaseThatWasReplacedOnlyNowIsRememberedHoweverOldItIs() {
        installed(GREETER, origin(MAIN), A);
        Operation made = all().get(0);
        clock.advance(YEAR.plusDays(1));
        installed(GREETER, origin(MAIN), B);
        installed(GREETER, origin(MAIN), C);

        prune(1);

        assertThat(store.history().find(made.id())).isPresent();
        clock.advance(YEAR.plusDays(1));
        prune(1);
        assertThat(store.history().find(made.id())).isEmpty();
    }

    @Test
    void aReleaseThatWasRemovedOnlyNowIsRememberedHoweverOldItIs() {
        installed(GREETER, origin(MAIN), A);
        Operation made = all().get(0);
        clock.advance(YEAR.plusDays(1));
        uninstalled(GREETER);

        prune(1);

        assertThat(changes(Long.MAX_VALUE, 500)).extracting(Operation::id).contains(made.id());
        clock.advance(YEAR.plusDays(1));
        prune(1);
        assertThat(all()).isEmpty();
    }

    @Test
    void whatALiveReleaseWasMadeForIsNeverForgotten() {
        Install first = installed(GREETER, origin(MAIN), A);
        Operation made = all().get(0);
        Goal goal = made.goal().orElseThrow();
        installed(GREETER, origin(MAIN), B);
        for (int i = 0; i < 3; i++) {
            madeLiveAgain(first, goal);
        }
        clock.advance(YEAR.plusDays(1));

        prune(1);

        assertThat(all()).extracting(Operation::id).contains(made.id()).hasSizeLessThan(5);
        assertThat(store.history().delivery(GREETER, goal.stamp()))
                .hasValueSatisfying(row -> assertThat(row.id()).isEqualTo(made.id()));
    }

    private void madeLiveAgain(Install before, Goal goal) {
        NewOperation plain = wanted(Kind.ROLLBACK, GREETER, A);
        Operation operation = opened(plain.goal(goal));
        store.journal().record(operation, before);
        store.journal().close(operation, Closing.succeeded(""));
    }

    @Test
    void whatWasDismissedStaysDismissedHoweverLongAgo() {
        Update update = pending();
        store.updates().dismiss(update.id(), "bob", "");
        clock.advance(YEAR.multipliedBy(2));

        prune(1);

        assertThat(status(update)).isEqualTo(UpdateStatus.DISMISSED);
        assertThat(swept(MAIN, B).suppressed()).isEqualTo(1);
    }

    @Test
    void whatIsOpenIsNeverForgotten() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));
        clock.advance(YEAR.multipliedBy(2));

        prune(1);

        assertThat(store.history().find(operation.id())).isPresent();
        assertThat(status(update)).isEqualTo(UpdateStatus.APPLYING);
    }
}
