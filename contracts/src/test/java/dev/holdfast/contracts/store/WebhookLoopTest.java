package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Health.Verdict;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestHoldfast;
import dev.holdfast.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Webhooks of a whole host whose loops run. */
final class WebhookLoopTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static void install(TestHoldfast test) {
        test.upstream("acme/greeter").release("v1.0.0", Map.of("SKILL.md", "one"));
        test.holdfast()
                .install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        Source.parse("github://acme/greeter#tag:v1.0.0"),
                        TargetAddress.parse("docker://ws-1/plugins")));
    }

    @Test
    void aHostThatRunsTellsWhatHappens() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(SECRET);
                TestHoldfast test = TestHoldfast.create(
                        "github", builder -> builder.webhook(Webhook.to("billing", receiver.address(), SECRET)))) {
            test.holdfast().start();
            Eventually.isTrue("begun", () -> test.holdfast().webhooks().list().size() == 1);

            install(test);

            Eventually.isTrue("told", () -> receiver.types().equals(List.of("install.succeeded")));
        }
    }

    @Test
    void healthIsDegradedWhileAReceiverIsAway() throws Exception {
        WebhookReceiver receiver = new WebhookReceiver(SECRET);
        try (TestHoldfast test = TestHoldfast.create(
                "github", builder -> builder.webhook(Webhook.to("billing", receiver.address(), SECRET)))) {
            Holdfast holdfast = test.holdfast();
            holdfast.webhooks().deliver();
            install(test);
            receiver.close();

            for (int i = 0; i < 3; i++) {
                assertThat(holdfast.health().verdict()).isEqualTo(Verdict.READY);
                holdfast.webhooks().deliver("billing");
                test.clock().advance(Duration.ofMinutes(15));
            }

            assertThat(holdfast.health().verdict()).isEqualTo(Verdict.DEGRADED);
            assertThat(holdfast.health().problems()).singleElement().asString().contains("webhook 'billing' failed 3");
        }
    }
}
