package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.webhook.Webhook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far receivers have come, over REST. */
@Timeout(120)
final class WebhooksIT {

    @Test
    void aReceiverThatEndedItIsListedAndResumed() throws Exception {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(410, -1);
            exchange.close();
        });
        receiver.start();
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/s3cr3t");
        Webhook billing = Webhook.to("billing", address, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .events("install.*");
        try (AdminFixture host = AdminFixture.wired(builder -> builder.webhook(billing))) {
            host.holdfast().webhooks().deliver();
            host.test().upstream("acme/greeter").release("v1.0.0");
            host.installed("ws-1", "greeter", "v1.0.0");
            host.holdfast().webhooks().deliver();

            JsonNode suspended = host.get("admin/webhooks").json().get(0);

            assertThat(suspended.get("name").asText()).isEqualTo("billing");
            assertThat(suspended.at("/events/0").asText()).isEqualTo("install.*");
            assertThat(suspended.get("state").asText()).isEqualTo("suspended");
            assertThat(suspended.get("configured").asBoolean()).isTrue();
            assertThat(suspended.get("waiting").asInt()).isPositive();
            assertThat(suspended.toString()).doesNotContain("s3cr3t");
            assertThat(host.post("admin/webhooks/billing/resume", "{}").status())
                    .isEqualTo(204);
            assertThat(host.get("admin/webhooks").json().at("/0/suspended").isNull())
                    .isTrue();
            assertThat(host.post("admin/webhooks/nobody/resume", "{}").status()).isEqualTo(404);
        } finally {
            receiver.stop(0);
        }
    }
}
