package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import dev.holdfast.webhook.Webhooks;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Which events a webhook is told, where the nodes of a deployment do not agree: as tests of the deliverer over the
 * store under test and a receiver on this machine.
 */
public abstract class WebhookEventsContract extends WebhookFixture {

    /** For subclasses. */
    protected WebhookEventsContract() {}

    @Test
    void onlyChosenEventsAreTold() {
        clock.advance(Duration.ofHours(2));
        Webhooks node = node("node-1", store, webhook().events("uninstall.*", "update-queued"));
        installed(GREETER, origin(MAIN), A);
        swept(MAIN, B);
        uninstalled(GREETER);
        installed(GREETER, origin(MAIN), A);

        node.deliver();

        assertThat(receiver.types()).containsExactly("update-queued", "uninstall.succeeded");
        assertThat(node.own()).singleElement().returns(0L, WebhookStatus::waiting);
    }

    /** As in a deployment that changes the events: nodes with the old and the new configuration work side by side. */
    @Test
    void aNodeWithOtherEventsPassesOverNothingOfAnothers() {
        clock.advance(Duration.ofHours(2));
        Webhooks older = node("node-1", store, webhook().events("install.*"));
        Webhooks newer = node("node-2", store, webhook().events("uninstall.*", "install.*"));
        older.deliver();
        newer.deliver();
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);

        older.deliver();
        newer.deliver();

        assertThat(receiver.types()).containsExactly("install.succeeded", "uninstall.succeeded");
    }

    @Test
    void whatNoNodeWantsAnyMoreIsToldForAnHour() {
        clock.advance(Duration.ofHours(2));
        node("node-1", store, webhook().events("uninstall.*")).deliver();
        Webhooks newer = node("node-2", store, webhook().events("install.*"));
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);
        newer.deliver();

        clock.advance(Duration.ofHours(2));
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);
        newer.deliver();

        assertThat(receiver.types()).containsExactly("install.succeeded", "uninstall.succeeded", "install.succeeded");
    }

    @Test
    void aNodeThatFindsNothingForHoursIsStillPassedOverByNoOther() {
        Webhooks quiet = node("node-1", store, webhook().events("uninstall.*"));
        for (int i = 0; i < 10; i++) {
            quiet.deliver();
            clock.advance(Duration.ofMinutes(10));
        }
        installed(GREETER, origin(MAIN), A);
        uninstalled(GREETER);

        node("node-2", store, webhook().events("install.*")).deliver();

        assertThat(receiver.types()).containsExactly("install.succeeded", "uninstall.succeeded");
    }

    @Test
    void anotherChoiceOfEventsResumesNobodyThatSaidThatItIsGone() {
        installed(GREETER, origin(MAIN), A);
        receiver.answers(410);
        node("node-1").deliver();
        Webhooks newer = node("node-2", store, webhook().events("install.*"));

        clock.advance(Duration.ofHours(2));
        newer.deliver();

        assertThat(receiver.all()).hasSize(1);
        assertThat(newer.problems()).singleElement().asString().contains("is suspended", "410");
    }

    @Test
    void anotherChoiceOfEventsHidesNothingThatWasLost() {
        installed(GREETER, origin(MAIN), A);
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        clock.advance(KEPT.plusDays(1));
        installed(key(2), origin(MAIN), A);
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        prune();
        node("node-1").deliver();
        Webhooks newer = node("node-2", store, webhook().events("uninstall.*"));

        newer.deliver();

        assertThat(newer.problems()).singleElement().asString().contains("pruned before webhook 'billing'");
    }

    /** As when a configuration is rolled back after a month. */
    @Test
    void aChoiceOfEventsThatComesBackIsToldNothingOnceMore() {
        Webhooks older = node("node-1", store, webhook().events("install.*"));
        older.deliver();
        Webhooks newer = node("node-2", store, webhook().events("install.*", "uninstall.*"));
        for (int i = 0; i < 3; i++) {
            installed(key(i), origin(MAIN), A);
            newer.deliver();
            clock.advance(Duration.ofDays(10));
        }

        older.deliver();

        assertThat(receiver.all()).hasSize(3);
        assertThat(store.webhooks().list()).singleElement().returns(0L, WebhookStatus::waiting);
    }
}
