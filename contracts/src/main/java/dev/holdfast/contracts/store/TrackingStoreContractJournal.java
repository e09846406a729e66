package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the journal of operations promises. */
abstract class TrackingStoreContractJournal extends TrackingStoreContractLease {

    @Test
    void anOpenedOperationIsKeptAsItWasAskedFor() {
        NewOperation wanted = wanted(Kind.INSTALL, GREETER, A);

        Operation operation = opened(wanted);

        assertThat(operation.kind()).isEqualTo(Kind.INSTALL);
        assertThat(operation.key()).isEqualTo(GREETER);
        assertThat(operation.address()).isEqualTo(PLACE);
        assertThat(operation.goal()).isEqualTo(wanted.goal());
        assertThat(operation.update()).isEmpty();
        assertThat(operation.actor()).isEqualTo("alice");
        assertThat(operation.claim().owner()).isEqualTo("node-1");
        assertThat(operation.claim().until()).isEqualTo(clock.instant().plus(LEASE));
        assertThat(operation.phase()).isEqualTo(Phase.OPENED);
        assertThat(operation.outcome()).isEmpty();
        assertThat(operation.openedAt()).isEqualTo(clock.instant());
        assertThat(store.history().list(GREETER, Page.Request.first(10)).items())
                .containsExactly(operation);
    }

    @Test
    void timesAreTheStoresToTheMicrosecond() {
        clock.set(Instant.parse("2026-11-21T09:30:00.123456789Z"));

        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));

        assertThat(operation.openedAt()).isEqualTo("2026-11-21T09:30:00.123456Z");
        assertThat(store.history().list(GREETER, Page.Request.first(1)).items()).containsExactly(operation);
    }

    @Test
    void aDestinationIsHeldAlsoAgainstAnotherWorkspace() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        NewOperation foreign = at(wanted(Kind.INSTALL, InstallKey.of("ws-2", "greeter"), A), PLACE);

        assertThat(store.journal().open(foreign)).isEqualTo(new Opening.Held(operation));
    }

    @Test
    void anInstallKeyIsHeldAlsoAtAnotherAddress() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        NewOperation elsewhere = at(wanted(Kind.INSTALL, GREETER, A), TargetAddress.parse("dir:///srv/other"));

        assertThat(store.journal().open(elsewhere)).isEqualTo(new Opening.Held(operation));
    }

    @Test
    void aDestinationStaysHeldWhenTheLeaseHasRunOut() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(LEASE.multipliedBy(2));

        assertThat(store.journal().open(wanted(Kind.INSTALL, GREETER, A))).isEqualTo(new Opening.Held(operation));
    }

    @Test
    void anotherPluginOfTheWorkspaceIsFree() {
        opened(wanted(Kind.INSTALL, GREETER, A));

        opened(wanted(Kind.INSTALL, InstallKey.of("ws-1", "greeter.b"), A));
    }

    @Test
    void aClosedOperationHoldsNothing() {
        Operation first = opened(wanted(Kind.INSTALL, GREETER, A));
        store.journal().close(first, Closing.failed("no space"));

        Operation second = opened(wanted(Kind.INSTALL, GREETER, A));

        assertThat(second.id()).isGreaterThan(first.id());
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(store.history().list(GREETER, Page.Request.first(10)).items())
                .extracting(Operation::id)
                .containsExactly(second.id(), first.id());
        assertThat(store.history().list(GREETER, Page.Request.first(1)).items()).containsExactly(second);
        assertThat(store.history()
                        .list(GREETER, Page.Request.first(10))
                        .items()
                        .get(1)
                        .outcome())
                .contains(Outcome.FAILED);
    }

    @Test
    void ofSeveralThreadsThatOpenOneDestinationExactlyOneGetsIt() throws Exception {
        for (int round = 0; round < 20; round++) {
            InstallKey key = InstallKey.of("ws-" + round, "greeter");

            List<Opening> openings = together(4, () -> store.journal().open(wanted(Kind.INSTALL, key, A)));

            assertThat(openings).filteredOn(Opening.Opened.class::isInstance).hasSize(1);
            assertThat(openings).filteredOn(Opening.Held.class::isInstance).hasSize(3);
        }
    }

    @Test
    void epochsJumpAboveWhatATargetShows() {
        NewOperation plain = wanted(Kind.INSTALL, GREETER, A);
        Operation first = opened(new NewOperation(
                plain.kind(),
                GREETER,
                PLACE,
                plain.goal(),
                plain.from(),
                OptionalLong.empty(),
                "alice",
                "node-1",
                LEASE,
                5_000_000_000L));
        Operation next = opened(wanted(Kind.INSTALL, InstallKey.of("ws-2", "greeter"), A));

        assertThat(first.epoch()).isGreaterThan(5_000_000_000L);
        assertThat(next.epoch()).isGreaterThan(first.epoch());
    }

    @Test
    void advancingNotesThePhaseAndExtendsTheLease() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(Duration.ofMinutes(4));

        assertThat(store.journal().advance(operation, Phase.STAGED, LEASE)).isTrue();

        Operation now =
                store.history().list(GREETER, Page.Request.first(1)).items().get(0);
        assertThat(now.phase()).isEqualTo(Phase.STAGED);
        assertThat(now.claim().until()).isEqualTo(clock.instant().plus(LEASE));
        assertThat(now.epoch()).isEqualTo(operation.epoch());
    }

    @Test
    void aLeaseThatRanOutAndWasNotTakenIsStillOurs() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(LEASE.multipliedBy(2));

        assertThat(store.journal().advance(operation, Phase.STAGED, LEASE)).isTrue();
        assertThat(store.journal().claimExpired("node-2", LEASE, 10, 0)).isEmpty();
    }

    @Test
    void recordingWritesTheInstallWithTheStoresTimes() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        Install wanted = install(operation, origin(MAIN), A);
        clock.advance(Duration.ofSeconds(7));

        assertThat(store.journal().record(operation, wanted)).isTrue();

        Install recorded = store.installs().find(GREETER).orElseThrow();
        assertThat(recorded.address()).isEqualTo(PLACE);
        assertThat(recorded.origin()).isEqualTo(wanted.origin());
        assertThat(recorded.release()).isEqualTo(wanted.release());
        assertThat(recorded.installedAt()).isEqualTo(clock.instant());
        assertThat(recorded.updatedAt()).isEqualTo(clock.instant());
        assertThat(store.history()
                        .list(GREETER, Page.Request.first(1))
                        .items()
                        .get(0)
                        .phase())
                .isEqualTo(Phase.RECORDED);
        assertThat(store.installs().at(recorded.destination())).contains(recorded);
    }

    @Test
    void recordingAgainKeepsTheTimeOfTheFirstInstall() {
        Install first = installed(GREETER, origin(MAIN), A);
        clock.advance(HOUR);

        Install second = installed(GREETER, origin(STABLE), B);

        assertThat(second.installedAt()).isEqualTo(first.installedAt());
        assertThat(second.updatedAt()).isEqualTo(clock.instant());
        assertThat(second.revision()).isEqualTo(B);
        assertThat(second.origin()).isEqualTo(origin(STABLE));
    }

    @Test
    void recordingNothingRemovesTheInstall() {
        Install install = installed(GREETER, origin(MAIN), A);

        uninstalled(GREETER);

        assertThat(store.installs().find(GREETER)).isEmpty();
        assertThat(store.installs().at(install.destination())).isEmpty();
        assertThat(store.upstreams().list(Page.Request.first(10)).items()).isEmpty();
    }

    @Test
    void aPlaceThatIsRecordedForAnotherWorkspaceIsRefused() {
        installed(GREETER, origin(MAIN), A);
        InstallKey other = InstallKey.of("ws-2", "greeter");
        Operation operation = opened(at(wanted(Kind.INSTALL, other, A), PLACE));

        assertThatThrownBy(() -> store.journal().record(operation, install(operation, origin(MAIN), A)))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("ws-1/greeter");
        assertThat(store.installs().find(other)).isEmpty();
        assertThat(store.history()
                        .list(other, Page.Request.first(1))
                        .items()
                        .get(0)
                        .phase())
                .isEqualTo(Phase.OPENED);
    }

    @Test
    void anInstallOutsideTheOperationsPlaceIsRefused() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        Operation other = opened(wanted(Kind.INSTALL, InstallKey.of("ws-2", "greeter"), A));

        assertThatThrownBy(() -> store.journal().record(operation, install(other, origin(MAIN), A)))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
    }

    @Test
    void closingLeavesAnAuditEntryThatSaysFromWhereToWhere() {
        installed(GREETER, origin(MAIN), A);
        clock.advance(HOUR);
        Operation operation = opened(wanted(Kind.UPGRADE, GREETER, B));

        store.journal().close(operation, Closing.failed("it does not start"));

        AuditEntry entry = audit().get(0);
        assertThat(entry.actor()).isEqualTo("alice");
        assertThat(entry.action()).isEqualTo("upgrade");
        assertThat(entry.key()).contains(GREETER);
        assertThat(entry.from()).contains(A);
        assertThat(entry.to()).contains(B);
        assertThat(entry.outcome()).contains("failed", "it does not start");
        assertThat(entry.at()).isEqualTo(clock.instant());
        assertThat(audit().get(1).from()).isEmpty();
    }

    @Test
    void aNoteMayBeAnythingAProcessPrints() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));

        store.journal().close(operation, Closing.failed("\0\u001b[31m" + "x".repeat(5000)));

        assertThat(update(update).lastError().orElseThrow()).hasSizeLessThanOrEqualTo(2000);
        assertThat(audit().get(0).outcome()).hasSizeLessThanOrEqualTo(2000).doesNotContain("\0");
    }

    @Test
    void aRevisionThatFailedIsRememberedAsBadForItsInstallOnly() {
        Operation operation = opened(wanted(Kind.UPGRADE, GREETER, B));

        store.journal().close(operation, Closing.failed("it does not start").remembering(B));

        assertThat(store.updates().bad(GREETER)).isEqualTo(Set.of(B));
        assertThat(store.updates().bad(InstallKey.of("ws-2", "greeter"))).isEmpty();
    }

    @Test
    void anAbsurdLeaseOrLimitIsRefused() {
        assertThatThrownBy(() -> store.journal().claimExpired("node", LEASE, 0, 0))
                .isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.journal().claimExpired("node", Duration.ZERO, 1, 0))
                .isInstanceOf(PermanentException.class);
    }
}
