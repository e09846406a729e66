package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.InspectionStore.InspectionClaim;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store keeps of looks at targets, and who looks next. */
public abstract class InspectionStoreContract extends TrackingStoreContractFixture {

    private static final Duration DAY = Duration.ofDays(1);

    /** For subclasses. */
    protected InspectionStoreContract() {}

    private List<InspectionClaim> due() {
        return store.inspections().claimDue("node-1", 10, LEASE);
    }

    private InspectionClaim claim() {
        clock.advance(InspectionStore.FIRST);
        return due().get(0);
    }

    private Observation seen(InstallKey key) {
        return store.inspections().find(key).orElseThrow();
    }

    private List<InstallKey> differing() {
        return store.inspections().differing(Page.Request.first(100)).items().stream()
                .map(Observation::key)
                .toList();
    }

    private boolean note(InspectionClaim claim, Condition condition) {
        return store.inspections().note(claim, condition, condition.differs() ? "look" : "", false, DAY);
    }

    @Test
    void whatWasDeliveredIsIntactAndDueAnHourLater() {
        Instant delivered = clock.instant();
        installed(GREETER, origin(MAIN), A);

        assertThat(due()).isEmpty();
        assertThat(seen(GREETER))
                .isEqualTo(new Observation(
                        GREETER,
                        Condition.INTACT,
                        "",
                        delivered,
                        delivered,
                        delivered,
                        delivered.plus(HOUR),
                        0,
                        Optional.empty()));
        assertThat(claim().install()).isEqualTo(store.installs().find(GREETER).orElseThrow());
    }

    @Test
    void anInstallIsClaimedByOneUntilItsLeaseHasRunOut() {
        installed(GREETER, origin(MAIN), A);
        InspectionClaim first = claim();
        assertThat(due()).isEmpty();

        clock.advance(LEASE);

        assertThat(due()).hasSize(1);
        assertThat(note(first, Condition.MISSING)).isFalse();
        assertThat(store.inspections().postpone(first, "no route", HOUR)).isFalse();
        assertThat(seen(GREETER).condition()).isEqualTo(Condition.INTACT);
    }

    @Test
    void callersAtTheSameTimeShareWhatIsDue() throws Exception {
        for (int i = 0; i < 12; i++) {
            installed(InstallKey.of("ws-" + i, "greeter"), origin(MAIN), A);
        }
        clock.advance(InspectionStore.FIRST);

        List<List<InspectionClaim>> claims =
                together(4, () -> store.inspections().claimDue("node", 5, LEASE));

        List<InstallKey> all = claims.stream()
                .flatMap(List::stream)
                .map(claim -> claim.install().key())
                .toList();
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
    }

    @Test
    void whatDiffersIsListedFromItsFirstSightUntilItMatches() {
        installed(GREETER, origin(MAIN), A);
        InspectionClaim claim = claim();
        Instant first = clock.instant();

        assertThat(note(claim, Condition.MISSING)).isTrue();

        assertThat(differing()).containsExactly(GREETER);
        clock.advance(DAY);
        note(due().get(0), Condition.MISSING);
        assertThat(seen(GREETER).since()).isEqualTo(first);
        assertThat(seen(GREETER).lookedAt()).isEqualTo(clock.instant());
        assertThat(seen(GREETER).detail()).isEqualTo("look");
        clock.advance(DAY);
        note(due().get(0), Condition.INTACT);
        assertThat(differing()).isEmpty();
        assertThat(seen(GREETER).since()).isEqualTo(clock.instant());
    }

    @Test
    void onlyAnotherConditionIsAudited() {
        installed(GREETER, origin(MAIN), A);
        note(claim(), Condition.INTACT);
        assertThat(audited()).containsExactly("install");

        for (Condition found : List.of(Condition.MISSING, Condition.MISSING, Condition.TAMPERED, Condition.INTACT)) {
            clock.advance(DAY);
            note(due().get(0), found);
        }

        assertThat(audited()).containsExactly("target-matches", "target-differs", "target-differs", "install");
        assertThat(store.audit().list(Page.Request.first(2)).items().get(1))
                .returns("inspection", AuditEntry::actor)
                .returns("tampered: look", AuditEntry::outcome)
                .returns(Optional.of(A), AuditEntry::from)
                .returns(Optional.of(GREETER), AuditEntry::key);
    }

    @Test
    void aLostLookAuditsNothing() {
        installed(GREETER, origin(MAIN), A);
        InspectionClaim lost = claim();
        clock.advance(LEASE);
        due();

        note(lost, Condition.MISSING);

        assertThat(audited()).containsExactly("install");
    }

    @Test
    void onlyAComparisonOfTheContentCountsAsOne() {
        installed(GREETER, origin(MAIN), A);
        Instant delivered = clock.instant();
        note(claim(), Condition.INTACT);
        assertThat(seen(GREETER).verifiedAt()).isEqualTo(delivered);

        clock.advance(DAY);
        store.inspections().note(due().get(0), Condition.INTACT, "", true, DAY);

        assertThat(seen(GREETER).verifiedAt()).isEqualTo(clock.instant());
    }

    @Test
    void aLookThatFailsIsCountedAndSaysNothingOfTheInstall() {
        installed(GREETER, origin(MAIN), A);
        note(claim(), Condition.TAMPERED);
        clock.advance(DAY);

        assertThat(store.inspections().postpone(due().get(0), "no route", HOUR)).isTrue();

        assertThat(seen(GREETER).condition()).isEqualTo(Condition.TAMPERED);
        assertThat(seen(GREETER).failures()).isEqualTo(1);
        assertThat(seen(GREETER).lastError()).contains("no route");
        clock.advance(HOUR);
        note(due().get(0), Condition.TAMPERED);
        assertThat(seen(GREETER).failures()).isZero();
        assertThat(seen(GREETER).lastError()).isEmpty();
    }

    @Test
    void aDeliveryMakesWhatDifferedIntactAndEndsAClaim() {
        installed(GREETER, origin(MAIN), A);
        note(claim(), Condition.TAMPERED);
        clock.advance(DAY);
        InspectionClaim claim = due().get(0);

        installed(GREETER, origin(MAIN), B);

        assertThat(note(claim, Condition.TAMPERED)).isFalse();
        assertThat(differing()).isEmpty();
        assertThat(seen(GREETER).verifiedAt()).isEqualTo(clock.instant());
    }

    @Test
    void aRecordOfTheSameReleaseKeepsWhatWasSeenUnlessItIsRepaired() {
        Install install = installed(GREETER, origin(MAIN), A);
        note(claim(), Condition.TAMPERED);

        recorded(Kind.INSTALL, install);
        assertThat(differing()).containsExactly(GREETER);
        recorded(Kind.REPAIR, install);

        assertThat(differing()).isEmpty();
    }

    private void recorded(Kind kind, Install install) {
        Operation operation = opened(wanted(kind, GREETER, A));
        store.journal().record(operation, install);
        store.journal().close(operation, Closing.succeeded(""));
    }

    @Test
    void whatIsGoneFromTheRecordIsNotLookedFor() {
        installed(GREETER, origin(MAIN), A);
        InstallKey other = InstallKey.of("ws-2", "greeter");
        installed(other, origin(MAIN), A);

        uninstalled(GREETER);
        store.installs().forget(WorkspaceId.of("ws-2"), "alice");

        clock.advance(DAY);
        assertThat(due()).isEmpty();
        assertThat(store.inspections().find(GREETER)).isEmpty();
        assertThat(store.inspections().find(other)).isEmpty();
    }

    @Test
    void aPlaceThatWasMadeAnewIsDueAtOnce() {
        installedAt("docker://ws-1/plugins", InstallKey.of("ws-1", "greeter"));
        installedAt("docker://ws-1/plugins", InstallKey.of("ws-1", "other"));
        installedAt("docker://ws-10/plugins", InstallKey.of("ws-10", "greeter"));

        assertThat(store.inspections().hasten("ws-1")).isEqualTo(2);

        assertThat(due())
                .extracting(claim -> claim.install().key().workspace().value())
                .containsExactly("ws-1", "ws-1");
    }

    @Test
    void aLookThatHadBegunBeforeAPlaceWasMadeAnewDoesNotCount() {
        installedAt("docker://ws-1/plugins", GREETER);
        InspectionClaim claim = claim();

        store.inspections().hasten("ws-1");

        assertThat(note(claim, Condition.INTACT)).isFalse();
        assertThat(due()).hasSize(1);
    }

    private void installedAt(String address, InstallKey key) {
        NewOperation plain = wanted(Kind.INSTALL, key, A);
        Operation operation = opened(at(plain, TargetAddress.parse(address)));
        store.journal().record(operation, install(operation, origin(MAIN), A));
        store.journal().close(operation, Closing.succeeded(""));
    }

    @Test
    void pagesOfWhatDiffersFollowTheOrderOfTheKeys() {
        for (String workspace : List.of("ws-2", "Ws-1", "ws-1")) {
            installed(InstallKey.of(workspace, "greeter"), origin(MAIN), A);
        }
        clock.advance(InspectionStore.FIRST);
        due().forEach(claim -> note(claim, Condition.MISSING));

        Page<Observation> first = store.inspections().differing(Page.Request.first(2));
        Page<Observation> second =
                store.inspections().differing(Page.Request.after(first.next().orElseThrow(), 2));

        assertThat(first.items())
                .extracting(seen -> seen.key().workspace().value())
                .containsExactly("Ws-1", "ws-1");
        assertThat(second.items())
                .extracting(seen -> seen.key().workspace().value())
                .containsExactly("ws-2");
        assertThatThrownBy(() -> store.inspections().differing(Page.Request.after("nonsense", 2)))
                .isInstanceOf(PermanentException.class);
    }
}
