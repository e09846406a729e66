package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.spi.MaintenanceWindow;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.testkit.ScriptedImages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator who refreshes or pulls chosen images now may rely on. */
abstract class ImageForcedCases extends ImageDecisionCases {

    private Item refreshed(Node node) {
        return node.watcher().refresh(List.of(IMAGE), "alice").items().get(0);
    }

    private Item pulled(Node node) {
        return node.watcher().pull(List.of(IMAGE), "alice").items().get(0);
    }

    @Test
    final void anOperatorRefreshesAnImageNowWhateverItsPolicySays() {
        Node node = stale(MANUAL);

        assertThat(refreshed(node)).returns(Outcome.REFRESHED, Item::outcome).returns(1, Item::refreshed);

        assertThat(images.digestOf("web")).isEqualTo(ScriptedImages.digest(2));
        assertThat(audited())
                .singleElement()
                .returns("alice", AuditEntry::actor)
                .returns("refresh", AuditEntry::action)
                .returns("succeeded", AuditEntry::outcome);
        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(node.look().outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).containsExactly("web");
    }

    @Test
    final void anOperatorWaitsForNoCooldownNoWindowAndNoPauseAfterAFailure() {
        Node node = stale(ANY.cooldown(Duration.ofHours(24)).within(MaintenanceWindow.parse("sun 02:00 PT3H UTC")));
        images.fails(WEB, new TransientException(Reason.UNREACHABLE, "no route"));
        assertThat(node.look().outcome()).isEqualTo(Outcome.FAILED);
        images.works(WEB);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    final void whatIsPulledOnlyTouchesNoContainer() {
        Node node = stale(MANUAL);

        assertThat(pulled(node))
                .returns(Outcome.PULLED, Item::outcome)
                .returns(Optional.of(ScriptedImages.digest(2)), Item::digest);

        assertThat(images.pulled).containsExactly(IMAGE + "@" + ScriptedImages.digest(2));
        assertThat(images.refreshed).isEmpty();
        assertThat(audited())
                .singleElement()
                .returns("alice", AuditEntry::actor)
                .returns("pull", AuditEntry::action);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(pulled(node).outcome()).isEqualTo(Outcome.CURRENT);
    }

    @Test
    final void anImageThatIsNamedIsPulledBeforeItsFirstContainer() {
        images.push(WEB, 1);

        assertThat(pulled(node(MANUAL)).outcome()).isEqualTo(Outcome.PULLED);
    }

    @Test
    final void aPullThatFailsSaysWhyIsAuditedAndKeepsNobodyFromTheImage() {
        Node node = stale(MANUAL);
        images.beforePull(() -> {
            throw new TransientException(Reason.NO_SPACE, "the engine's disk is full");
        });

        assertThat(pulled(node))
                .returns(Outcome.FAILED, Item::outcome)
                .returns(Optional.of(Reason.NO_SPACE), Item::reason);

        assertThat(audited().get(0).outcome()).startsWith("failed").contains("disk is full");
        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    final void whileSomebodyIsAtAnImageAnOperatorIsToldSoAndNothingIsTouched() {
        Node node = stale(MANUAL);
        node.look();
        assertThat(stores.ledger()
                        .begin(
                                new WatchedImage("engine-1", IMAGE),
                                new Beginning(Optional.empty(), "node-b", "policy", true),
                                Duration.ofMinutes(2)))
                .isPresent();

        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.WAITING);
        assertThat(pulled(node))
                .returns(Outcome.WAITING, Item::outcome)
                .returns(Optional.of(Reason.BUSY), Item::reason);

        assertThat(images.refreshed).isEmpty();
        assertThat(images.pulled).isEmpty();
    }

    @Test
    final void aDismissedDigestIsNotForced() {
        Node node = stale(MANUAL);
        node.look();
        node.holdfast().updates().dismiss(onlyPending(node).id(), "bob", "it leaks");

        assertThat(refreshed(node).outcome()).isEqualTo(Outcome.DECLINED);
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    final void anImageThatIsNotWatchedIsNeitherRefreshedNorPulled() {
        Node node = stale(MANUAL);
        List<ImageReference> other = List.of(ImageReference.parse("registry.example/other:1"));

        assertThat(node.watcher().refresh(other, "alice").items())
                .singleElement()
                .returns(Outcome.UNUSED, Item::outcome);
        assertThat(node.watcher().pull(other, "alice").items()).singleElement().returns(Outcome.UNUSED, Item::outcome);
        assertThat(images.asked).isEmpty();
    }
}
