package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a store keeps of signers and of what was verified. */
public abstract class TrustStoreContract extends TrackingStoreContractFixture {

    private static final String ALICE = "SHA256:alice";
    private static final String BOB = "SHA256:bob";

    /** For subclasses. */
    protected TrustStoreContract() {}

    private static Verified verified(Revision revision, String fingerprint) {
        return new Verified(
                revision, "acme", SignedPart.TAG, fingerprint, "alice@example.org", "tag: signed", Instant.EPOCH);
    }

    @Test
    void theFirstSignerStaysPinned() {
        store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, Set.of(ALICE), "carol");

        Pin second = store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, Set.of(BOB), "dave");

        assertThat(second.values()).containsExactly(ALICE);
        assertThat(store.trust().pins(UPSTREAM)).containsExactly(second);
        assertThat(store.trust().pins(upstream("acme/other"))).isEmpty();
        assertThat(audited()).containsOnlyOnce("pin");
    }

    @Test
    void aSignerThatAPersonAcceptsIsPinnedBesideTheFirst() {
        store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, Set.of(ALICE), "carol");

        Pin pin = store.trust().accept(UPSTREAM, Pin.Kind.SIGNER, Set.of(BOB), "dave", "new maintainer");

        assertThat(pin.values()).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(pin.actor()).isEqualTo("dave");
        assertThat(audited()).contains("pin-accepted");
    }

    @Test
    void signersAndOriginsArePinnedApart() {
        store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, Set.of(ALICE), "carol");
        store.trust().pinFirst(UPSTREAM, Pin.Kind.ORIGIN, Set.of(A.value()), "carol");

        assertThat(store.trust().remove(UPSTREAM, Pin.Kind.SIGNER, "carol", "")).isTrue();
        assertThat(store.trust().remove(UPSTREAM, Pin.Kind.SIGNER, "carol", "")).isFalse();

        assertThat(store.trust().pins(UPSTREAM)).extracting(Pin::kind).containsExactly(Pin.Kind.ORIGIN);
    }

    @Test
    void ofManyWhoPinAtOneTimeOneWins() throws InterruptedException, ExecutionException {
        AtomicInteger caller = new AtomicInteger();

        List<Pin> pins = together(4, () -> {
            Set<String> signer = Set.of("SHA256:" + caller.incrementAndGet());
            return store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, signer, "carol");
        });

        assertThat(Set.copyOf(pins)).hasSize(1);
    }

    @Test
    void whatWasVerifiedKeepsTheTimeOfTheFirst() {
        store.trust().record(GREETER, verified(A, ALICE), "carol");
        Instant first = store.trust().verified(GREETER, A).orElseThrow().at();
        clock.advance(Duration.ofHours(1));

        Verified again = store.trust().record(GREETER, verified(A, BOB), "carol");

        assertThat(again).isEqualTo(verified(A, BOB).at(first));
        assertThat(store.trust().verified(GREETER, A)).contains(again);
        assertThat(store.trust().verified(GREETER, B)).isEmpty();
        assertThat(audited()).contains("trust-verified");
    }

    @Test
    void anUninstallForgetsWhatWasVerifiedAndKeepsThePins() {
        installed(GREETER, origin(MAIN), A);
        store.trust().record(GREETER, verified(A, ALICE), "carol");
        store.trust().pinFirst(UPSTREAM, Pin.Kind.SIGNER, Set.of(ALICE), "carol");

        uninstalled(GREETER);

        assertThat(store.trust().verified(GREETER, A)).isEmpty();
        assertThat(store.trust().pins(UPSTREAM)).hasSize(1);
    }

    @Test
    void aForgottenWorkspaceForgetsWhatWasVerified() {
        store.trust().record(GREETER, verified(A, ALICE), "carol");

        store.installs().forget(GREETER.workspace(), "carol");

        assertThat(store.trust().verified(GREETER, A)).isEmpty();
    }
}
