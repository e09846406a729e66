package dev.holdfast.contracts.store;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import dev.holdfast.webhook.Webhook;
import dev.holdfast.webhook.Webhooks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A receiver on this machine, and nodes that tell it what the store under test has in its sealed audit. */
abstract class WebhookFixture extends TrackingStoreContractFixture {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static final String NAME = "billing";
    static final Duration KEPT = Duration.ofDays(400);

    @SuppressWarnings("NullAway.Init") // set before each case
    WebhookReceiver receiver;

    @BeforeEach
    final void startTheReceiver() throws IOException {
        receiver = new WebhookReceiver(SECRET);
        node("node-1").deliver();
    }

    @AfterEach
    final void stopTheReceiver() {
        receiver.close();
    }

    Webhook webhook() {
        return Webhook.to(NAME, receiver.address(), SECRET).timeout(Duration.ofSeconds(1));
    }

    Webhooks node(String name) {
        return node(name, store, webhook());
    }

    Webhooks node(String name, TrackingStore over, Webhook webhook) {
        return new Webhooks(
                List.of(webhook),
                new AuditTrail(over.auditChain(), event -> {}, clock),
                over.auditChain(),
                over.webhooks(),
                new Webhooks.Setting(name, clock));
    }

    WebhookStatus status() {
        return store.webhooks().list().get(0);
    }

    static InstallKey key(int number) {
        return InstallKey.of("ws-" + number, "greeter");
    }

    void prune() {
        Pruning.first(KEPT, 3, 100).allIn(store.history());
    }
}
