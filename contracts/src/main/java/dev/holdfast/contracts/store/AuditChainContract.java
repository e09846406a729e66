package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.audit.AuditCheckpoint;
import dev.holdfast.audit.AuditTrail;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.audit.AuditVerification.Broken;
import dev.holdfast.audit.AuditVerification.Kind;
import dev.holdfast.spi.store.AuditChain.Unsealed;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a store keeps of the seals over its audit. */
public abstract class AuditChainContract extends TrackingStoreContractFixture {

    private static final Duration KEPT = Duration.ofDays(400);

    /** For subclasses. */
    protected AuditChainContract() {}

    private AuditTrail trail() {
        return new AuditTrail(store.auditChain(), event -> {}, clock);
    }

    private void written(int entries) {
        IntStream.range(0, entries)
                .forEach(number -> store.audit().append(entry(number).about(GREETER)));
    }

    private static AuditEntry entry(int number) {
        return AuditEntry.of("alice", "look", "no " + number).from(A);
    }

    private void prune() {
        Pruning.first(KEPT, 3, 2).allIn(store.history());
    }

    @Test
    void everyEntryIsSealedOnceAndInOrder() {
        written(3);
        store.audit().append(entry(4));
        AuditCheckpoint first = trail().seal().orElseThrow();
        written(2);

        AuditCheckpoint second = trail().seal().orElseThrow();

        assertThat(first.number()).isEqualTo(4);
        assertThat(second.number()).isEqualTo(6);
        assertThat(store.auditChain().read(AuditSeal.NONE, 100).seals())
                .extracting(AuditSeal::number)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 6).boxed().toList());
        assertThat(trail().verify())
                .returns(true, AuditVerification::isIntact)
                .returns(6L, AuditVerification::verified)
                .returns(0L, AuditVerification::unsealed);
    }

    @Test
    void whatIsNotSealedYetIsReported() {
        written(2);
        trail().seal();
        written(3);

        assertThat(trail().verify())
                .returns(true, AuditVerification::isIntact)
                .returns(2L, AuditVerification::verified)
                .returns(3L, AuditVerification::unsealed);
    }

    @Test
    void whereNothingIsNewNothingIsSealed() {
        written(1);
        trail().seal();

        assertThat(trail().seal()).isEmpty();
        assertThat(store.auditChain().unsealed(10).rows()).isEmpty();
    }

    @Test
    void anEmptyAuditIsIntact() {
        assertThat(trail().seal()).isEmpty();
        assertThat(trail().verify().isIntact()).isTrue();
    }

    @Test
    void aSealedRowIsTheEntryColumnByColumn() {
        written(1);
        AuditEntry entry = store.audit().list(Page.Request.first(1)).items().get(0);

        assertThat(store.auditChain().unsealed(10).rows()).containsExactly(AuditRow.of(entry));
    }

    @Test
    void ofTwoWhoSealTheSameOneWins() {
        written(2);
        Unsealed unsealed = store.auditChain().unsealed(10);
        long entry = unsealed.rows().get(0).id();
        List<AuditSeal> seals = List.of(new AuditSeal(1, entry, "a".repeat(64)));

        assertThat(store.auditChain().extend(unsealed.after(), seals)).isTrue();
        assertThat(store.auditChain().extend(unsealed.after(), seals)).isFalse();

        assertThat(store.auditChain().head().newest()).isEqualTo(seals.get(0));
        assertThat(store.auditChain().unsealed(10).rows()).hasSize(1);
    }

    @Test
    void manyWhoSealAtOneTimeMakeOneChain() throws InterruptedException, ExecutionException {
        written(50);

        together(4, () -> trail().seal());
        trail().seal();

        assertThat(trail().verify())
                .returns(true, AuditVerification::isIntact)
                .returns(50L, AuditVerification::verified);
    }

    @Test
    void aSealOfSomethingElseIsNamed() {
        written(3);
        Unsealed unsealed = store.auditChain().unsealed(10);
        store.auditChain()
                .extend(
                        unsealed.after(),
                        List.of(new AuditSeal(1, unsealed.rows().get(0).id(), "a".repeat(64))));

        assertThat(trail().verify().broken())
                .hasValueSatisfying(broken -> assertThat(broken)
                        .returns(Kind.CHANGED, Broken::kind)
                        .returns(1L, Broken::number)
                        .returns(unsealed.rows().get(0).id(), Broken::entry));
    }

    @Test
    void whatIsKeptAfterPruningIsStillOneChain() {
        written(5);
        AuditCheckpoint old = trail().seal().orElseThrow();
        clock.advance(KEPT.plusDays(1));
        written(3);
        AuditCheckpoint young = trail().seal().orElseThrow();

        prune();

        assertThat(trail().verify(young))
                .returns(true, AuditVerification::isIntact)
                .returns(5L, AuditVerification::pruned)
                .returns(3L, AuditVerification::verified);
        assertThat(trail().verify(old).isIntact()).isTrue();
        written(1);
        assertThat(trail().seal().orElseThrow().number()).isEqualTo(9);
        assertThat(trail().verify(young).isIntact()).isTrue();
    }

    @Test
    void aCheckpointOfWhatWasPrunedSaysNothing() {
        written(2);
        AuditCheckpoint first = trail().seal().orElseThrow();
        written(2);
        trail().seal();
        clock.advance(KEPT.plusDays(1));

        prune();

        assertThat(trail().verify(first).broken())
                .hasValueSatisfying(broken -> assertThat(broken.kind()).isEqualTo(Kind.CHECKPOINT_PRUNED));
        assertThat(trail().verify().isIntact()).isTrue();
    }

    @Test
    void onceSealingHasBegunNothingGoesUnsealed() {
        written(1);
        trail().seal();
        written(2);
        clock.advance(KEPT.plusDays(1));

        prune();

        assertThat(audited()).hasSize(2);
        assertThat(trail().seal()).isPresent();
        assertThat(trail().verify().verified()).isEqualTo(2);
    }

    @Test
    void whereNobodySealsOldEntriesGoAsEver() {
        written(3);
        clock.advance(KEPT.plusDays(1));
        written(1);

        prune();

        assertThat(audited()).hasSize(1);
    }
}
