package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.WebhookStore.Failure;
import dev.holdfast.spi.store.WebhookStore.WebhookClaim;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Up to where a store says that webhooks were told, and who may tell them. */
public abstract class WebhookStoreContract extends TrackingStoreContractFixture {

    private static final String NAME = "billing";
    private static final Duration KEPT = Duration.ofDays(400);

    /** For subclasses. */
    protected WebhookStoreContract() {}

    /** Writes and seals so many entries, and returns the newest seal. */
    private AuditSeal sealed(int entries) {
        for (int i = 0; i < entries; i++) {
            store.audit().append(AuditEntry.of("alice", "look", "no " + i));
        }
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        return store.auditChain().head().newest();
    }

    private WebhookClaim claimedHook() {
        return store.webhooks().claim(NAME, List.of("*"), "node-1", LEASE).orElseThrow();
    }

    private WebhookStatus status() {
        return store.webhooks().list().stream()
                .filter(known -> known.name().equals(NAME))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNewNameBeginsAtTheNewestSeal() {
        AuditSeal newest = sealed(3);

        WebhookClaim claim = claimedHook();

        assertThat(claim.upTo()).isEqualTo(newest);
        assertThat(status())
                .returns(0L, WebhookStatus::waiting)
                .returns(0L, WebhookStatus::lost)
                .returns(Optional.empty(), WebhookStatus::deliveredAt);
    }

    @Test
    void whatIsSealedAfterwardsWaits() {
        store.webhooks().release(claimedHook());

        sealed(2);

        assertThat(status().waiting()).isEqualTo(2);
    }

    @Test
    void ofManyWhoClaimOneGetsIt() throws InterruptedException, ExecutionException {
        List<Optional<WebhookClaim>> claims =
                together(8, () -> store.webhooks().claim(NAME, List.of("*"), "node-1", LEASE));

        assertThat(claims).filteredOn(Optional::isPresent).hasSize(1);
    }

    @Test
    void aClaimThatRanOutIsAnothersAndTheFirstWritesNothingMore() {
        WebhookClaim first = claimedHook();
        AuditSeal seal = sealed(1);
        clock.advance(LEASE);

        WebhookClaim second =
                store.webhooks().claim(NAME, List.of("*"), "node-2", LEASE).orElseThrow();

        assertThat(store.webhooks().delivered(first, seal, 0, LEASE)).isFalse();
        assertThat(store.webhooks().failed(first, Failure.retried("late", HOUR)))
                .isFalse();
        assertThat(store.webhooks().release(first)).isFalse();
        assertThat(status().upTo()).isEqualTo(second.upTo());
        assertThat(store.webhooks().delivered(second, seal, 0, LEASE)).isTrue();
    }

    @Test
    void whatIsDeliveredHoldsTheClaimForLonger() {
        WebhookClaim claim = claimedHook();
        AuditSeal seal = sealed(1);
        clock.advance(LEASE.dividedBy(2));
        store.webhooks().delivered(claim, seal, 0, LEASE);
        clock.advance(LEASE.dividedBy(2));

        assertThat(store.webhooks().claim(NAME, List.of("*"), "node-2", LEASE)).isEmpty();
        assertThat(status())
                .returns(seal, WebhookStatus::upTo)
                .returns(0L, WebhookStatus::waiting)
                .satisfies(known -> assertThat(known.deliveredAt()).isPresent());
    }

    @Test
    void whoeverClaimsNextGoesOnWhereTheFirstWas() {
        WebhookClaim claim = claimedHook();
        AuditSeal seal = sealed(1);
        store.webhooks().delivered(claim, seal, 0, LEASE);
        store.webhooks().release(claim);

        assertThat(claimedHook().upTo()).isEqualTo(seal);
    }

    @Test
    void aFailureIsRetriedWhenItsTimeHasComeAndCountedUntilItEnds() {
        store.webhooks().failed(claimedHook(), Failure.retried("away", HOUR));
        Instant since = clock.instant();
        assertThat(store.webhooks().claim(NAME, List.of("*"), "node-1", LEASE)).isEmpty();
        clock.advance(HOUR);
        WebhookClaim again = claimedHook();
        assertThat(again.failures()).isEqualTo(1);
        store.webhooks().failed(again, Failure.retried("still away", HOUR));

        assertThat(status())
                .returns(2, WebhookStatus::failures)
                .returns(Optional.of("still away"), WebhookStatus::lastError)
                .satisfies(known -> assertThat(known.failingSince().orElseThrow())
                        .isBetween(since.minusMillis(1), since.plusMillis(1)));

        clock.advance(HOUR);
        store.webhooks().delivered(claimedHook(), sealed(1), 0, LEASE);
        assertThat(status())
                .returns(0, WebhookStatus::failures)
                .returns(Optional.empty(), WebhookStatus::lastError)
                .returns(Optional.empty(), WebhookStatus::failingSince);
    }

    @Test
    void aSuspendedOneWaitsForAPerson() {
        store.webhooks().failed(claimedHook(), Failure.suspending("it said that it is gone"));
        clock.advance(KEPT);

        assertThat(store.webhooks().claim(NAME, List.of("*"), "node-1", LEASE)).isEmpty();
        assertThat(status().suspended()).contains("it said that it is gone");
        assertThat(store.webhooks().resume(NAME, "alice")).isTrue();
        assertThat(status().suspended()).isEmpty();
        assertThat(claimedHook().failures()).isZero();
        assertThat(audited()).containsExactly("webhook-resumed");
    }

    @Test
    void aClaimSaysWhatAnyNodeWantedInTheLastHour() {
        store.webhooks().claim(NAME, List.of("pull", "install.*"), "node-1", LEASE);
        clock.advance(HOUR.minusMinutes(1));

        WebhookClaim both = store.webhooks()
                .claim(NAME, List.of("upgrade.*"), "node-2", LEASE)
                .orElseThrow();
        assertThat(both.events()).containsExactly("install.*", "pull", "upgrade.*");
        assertThat(status().events()).containsExactly("upgrade.*");

        clock.advance(Duration.ofMinutes(1));
        store.webhooks().release(both);
        assertThat(store.webhooks()
                        .claim(NAME, List.of("upgrade.*"), "node-2", LEASE)
                        .orElseThrow()
                        .events())
                .containsExactly("upgrade.*");
    }

    @Test
    void whoeverWantsMoreEndsAClaimThatWouldPassOverIt() {
        WebhookClaim held = store.webhooks()
                .claim(NAME, List.of("install.*"), "node-1", LEASE)
                .orElseThrow();
        AuditSeal seal = sealed(1);

        assertThat(store.webhooks().claim(NAME, List.of("install.*", "pull"), "node-2", LEASE))
                .isEmpty();

        assertThat(store.webhooks().delivered(held, seal, 0, LEASE)).isFalse();
        assertThat(store.webhooks().failed(held, Failure.retried("late", HOUR))).isFalse();
        assertThat(store.webhooks().claim(NAME, List.of("install.*"), "node-1", LEASE))
                .as("its event may still be under way")
                .isEmpty();
        clock.advance(LEASE);
        assertThat(store.webhooks()
                        .claim(NAME, List.of("install.*"), "node-1", LEASE)
                        .orElseThrow())
                .returns(held.upTo(), WebhookClaim::upTo)
                .returns(List.of("install.*", "pull"), WebhookClaim::events);
    }

    @Test
    void whoeverWantsTheSameOrLessEndsNoClaim() {
        WebhookClaim held = store.webhooks()
                .claim(NAME, List.of("install.*", "pull"), "node-1", LEASE)
                .orElseThrow();

        assertThat(store.webhooks().claim(NAME, List.of("pull"), "node-2", LEASE))
                .isEmpty();

        assertThat(store.webhooks().delivered(held, sealed(1), 0, LEASE)).isTrue();
    }

    @Test
    void whoeverWantsOtherEventsFindsItSuspended() {
        store.webhooks().failed(claimedHook(), Failure.suspending("gone"));

        assertThat(store.webhooks().claim(NAME, List.of("install.*"), "node-2", LEASE))
                .isEmpty();

        assertThat(store.webhooks().list())
                .singleElement()
                .returns(Optional.of("gone"), WebhookStatus::suspended)
                .returns(List.of("*", "install.*"), WebhookStatus::events);
    }

    @Test
    void whatIsNotKnownCannotBeResumed() {
        assertThat(store.webhooks().resume("nobody", "alice")).isFalse();
        assertThat(audited()).isEmpty();
    }

    @Test
    void resumingTakesTheClaimFromNobody() {
        WebhookClaim claim = claimedHook();

        store.webhooks().resume(NAME, "alice");

        assertThat(store.webhooks().claim(NAME, List.of("*"), "node-2", LEASE)).isEmpty();
        assertThat(store.webhooks().release(claim)).isTrue();
    }

    @Test
    void whatWasPrunedBeforeItWasDeliveredIsCountedAsLostUntilAPersonHasSeenIt() {
        WebhookClaim claim = claimedHook();
        sealed(3);
        clock.advance(KEPT.plusDays(1));
        AuditSeal young = sealed(2);
        Pruning.first(KEPT, 3, 100).allIn(store.history());
        assertThat(status()).returns(5L, WebhookStatus::waiting).returns(3L, WebhookStatus::lost);

        store.webhooks().delivered(claim, young, 3, LEASE);
        assertThat(status()).returns(0L, WebhookStatus::waiting).returns(3L, WebhookStatus::lost);

        store.webhooks().resume(NAME, "alice");
        assertThat(status().lost()).isZero();
    }
}
