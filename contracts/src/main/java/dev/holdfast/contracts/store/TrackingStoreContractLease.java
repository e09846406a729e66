package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a lease promises: who takes over, when, and who notices. */
abstract class TrackingStoreContractLease extends TrackingStoreContractPlace {

    @Test
    void anOperationWhoseLeaseRanOutIsTakenOverUnderANewEpoch() {
        Operation lost = opened(wanted(Kind.INSTALL, GREETER, A));
        store.journal().advance(lost, Phase.STAGED, LEASE);
        assertThat(store.journal().claimExpired("node-2", LEASE, 10, 0)).isEmpty();
        clock.advance(LEASE);

        List<Operation> taken = store.journal().claimExpired("node-2", HOUR, 10, 0);

        assertThat(taken).singleElement().satisfies(operation -> {
            assertThat(operation.id()).isEqualTo(lost.id());
            assertThat(operation.epoch()).isGreaterThan(lost.epoch());
            assertThat(operation.claim().owner()).isEqualTo("node-2");
            assertThat(operation.claim().until()).isEqualTo(clock.instant().plus(HOUR));
            assertThat(operation.phase()).isEqualTo(Phase.STAGED);
            assertThat(operation.goal()).isEqualTo(lost.goal());
        });
        assertThat(store.journal().claimExpired("node-3", LEASE, 10, 0)).isEmpty();
    }

    @Test
    void aNodeThatWakesUpAfterATakeOverChangesNothing() {
        Update update = pending();
        Operation lost = opened(applying(update, GREETER));
        clock.advance(LEASE);
        List<Operation> taken = store.journal().claimExpired("node-2", LEASE, 10, 0);

        assertThat(store.journal().advance(lost, Phase.STAGED, LEASE)).isFalse();
        assertThat(store.journal().record(lost, install(lost, origin(MAIN), B))).isFalse();
        assertThat(store.journal().close(lost, Closing.succeeded("").remembering(B)))
                .isFalse();

        assertThat(store.history().list(GREETER, Page.Request.first(1)).items()).isEqualTo(taken);
        assertThat(store.installs().find(GREETER).orElseThrow().revision()).isEqualTo(A);
        assertThat(status(update)).isEqualTo(UpdateStatus.APPLYING);
        assertThat(store.updates().bad(GREETER)).isEmpty();
    }

    @Test
    void aClosedOperationCannotBeWrittenAgain() {
        Operation operation = opened(wanted(Kind.INSTALL, GREETER, A));
        store.journal().close(operation, Closing.failed("no space"));

        assertThat(store.journal().advance(operation, Phase.STAGED, LEASE)).isFalse();
        assertThat(store.journal().record(operation, install(operation, origin(MAIN), A)))
                .isFalse();
        assertThat(store.journal().close(operation, Closing.succeeded(""))).isFalse();
        assertThat(store.installs().find(GREETER)).isEmpty();
        assertThat(audit()).hasSize(1);
    }

    @Test
    void expiredOperationsAreTakenOldestFirstAndNoMoreThanAsked() {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(opened(wanted(Kind.INSTALL, InstallKey.of("ws-" + i, "greeter"), A))
                    .id());
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(LEASE);

        assertThat(store.journal().claimExpired("node-2", LEASE, 2, 0))
                .extracting(Operation::id)
                .containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(store.journal().claimExpired("node-2", LEASE, 10, 0))
                .extracting(Operation::id)
                .containsExactlyElementsOf(ids.subList(2, 5));
    }

    @Test
    void noExpiredOperationIsTakenTwice() throws Exception {
        for (int i = 0; i < 40; i++) {
            opened(wanted(Kind.INSTALL, InstallKey.of("ws-" + i, "greeter"), A));
        }
        clock.advance(LEASE);

        List<List<Operation>> taken = together(4, () -> {
            List<Operation> mine = new ArrayList<>();
            List<Operation> next = store.journal().claimExpired("node", LEASE, 3, 0);
            while (!next.isEmpty()) {
                mine.addAll(next);
                next = store.journal().claimExpired("node", LEASE, 3, 0);
            }
            return mine;
        });

        List<Operation> all = taken.stream().flatMap(List::stream).toList();
        assertThat(all).extracting(Operation::id).doesNotHaveDuplicates().hasSize(40);
        assertThat(all).extracting(Operation::epoch).doesNotHaveDuplicates();
    }

    @Test
    void aTakeOverJumpsAboveWhatTheTargetShows() {
        Operation lost = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(LEASE);

        List<Operation> taken = store.journal().claimExpired("node-2", LEASE, 10, lost.epoch() + 1000);

        assertThat(taken.get(0).epoch()).isGreaterThan(lost.epoch() + 1000);
    }

    @Test
    void oneOperationIsTakenByItselfAndOnlyOnceItsLeaseHasRunOut() {
        Operation lost = opened(wanted(Kind.INSTALL, GREETER, A));
        Operation other = opened(wanted(Kind.INSTALL, InstallKey.of("ws-2", "greeter"), A));
        assertThat(store.journal().claim(lost, "node-2", LEASE, 0)).isEmpty();
        clock.advance(LEASE);

        Operation taken =
                store.journal().claim(lost, "node-2", HOUR, lost.epoch() + 1000).orElseThrow();

        assertThat(taken.id()).isEqualTo(lost.id());
        assertThat(taken.epoch()).isGreaterThan(lost.epoch() + 1000);
        assertThat(taken.claim().owner()).isEqualTo("node-2");
        assertThat(taken.claim().until()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(store.journal().claim(lost, "node-3", LEASE, 0)).isEmpty();
        assertThat(store.journal().claim(taken, "node-3", LEASE, 0)).isEmpty();
        assertThat(store.journal().claimExpired("node-3", LEASE, 10, 0))
                .extracting(Operation::id)
                .containsExactly(other.id());
    }

    @Test
    void anOperationThatIsClosedOrGivenUpAnswersItsClaimAlike() {
        Operation closed = opened(wanted(Kind.INSTALL, GREETER, A));
        store.journal().close(closed, Closing.failed("no space"));
        Operation givenUp = opened(wanted(Kind.INSTALL, GREETER, A));
        store.journal().advance(givenUp, Phase.STAGED, Duration.ZERO);

        assertThat(store.journal().claim(closed, "node", LEASE, 0)).isEmpty();
        assertThat(store.journal().claim(givenUp, "node", LEASE, 0))
                .hasValueSatisfying(operation -> assertThat(operation.phase()).isEqualTo(Phase.STAGED));
        assertThatThrownBy(() -> store.journal().claim(givenUp, "node", Duration.ZERO, 0))
                .isInstanceOf(PermanentException.class);
    }

    @Test
    void oneOperationIsTakenByOneOfMany() throws Exception {
        Operation lost = opened(wanted(Kind.INSTALL, GREETER, A));
        clock.advance(LEASE);

        List<Optional<Operation>> taken = together(4, () -> store.journal().claim(lost, "node", LEASE, 0));

        assertThat(taken.stream().flatMap(Optional::stream)).hasSize(1);
    }

    List<AuditEntry> audit() {
        return store.audit().list(Page.Request.first(100)).items();
    }
}
