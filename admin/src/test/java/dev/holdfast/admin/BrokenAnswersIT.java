package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.HoldfastEvent.ImageRolloutMoved;
import dev.holdfast.admin.AdminFixture.Reply;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FaultyStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program gets where something fails in the middle. */
@Timeout(120)
final class BrokenAnswersIT {

    private static TransientException away() {
        return new TransientException(Reason.STORE, "the store is away");
    }

    /** Known failure: a status of 200 and a regular end, so a part of the audit passed for all of it. */
    @Test
    void anExportThatBreaksOffDoesNotEndAsIfItWereWhole() throws Exception {
        FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create());
        for (int i = 0; i < 2000; i++) {
            store.audit().append(AuditEntry.of("alice", "look", "no " + i + " " + "x".repeat(100)));
        }
        try (AdminFixture host = AdminFixture.wired(builder -> builder.store(store))) {
            assertThat(host.get("admin/audit-export").response().body().lines()).hasSize(2000);

            store.passNext("list", 2);
            store.failNext("list", away());

            assertThatThrownBy(() -> host.get("admin/audit-export")).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void anExportOfWhichNothingIsOnItsWayIsAProblemDocument() throws Exception {
        FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create());
        for (int i = 0; i < 2000; i++) {
            store.audit().append(AuditEntry.of("alice", "look", "no " + i));
        }
        try (AdminFixture host = AdminFixture.wired(builder -> builder.store(store))) {
            store.passNext("list", 1);
            store.failNext("list", away());

            Reply reply = host.get("admin/audit-export?actor=nobody");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(reply.header("Content-Disposition")).isEmpty();
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    /** Known failure: the writer of JSON did not know the constant in it, and the page heard nothing. */
    @Test
    void thePageHearsOfARolloutOfAnImage() {
        ImageRollout rollout = new ImageRollout(
                ImageDigest.of("sha256:" + "a".repeat(64)),
                new NamedPlan("careful", RolloutPlan.parse("ring rest")),
                Progress.begun(Instant.EPOCH),
                Map.of());
        WatchedImage web = new WatchedImage("site", ImageReference.parse("acme/web:latest"));

        EventView event =
                EventView.of(new ImageRolloutMoved(web, rollout, 1, 2)).orElseThrow();

        assertThat(Json.text(event.data())).contains("\"state\":\"running\"", "\"ring\":1");
    }

    @Test
    void aProgramIsToldWhetherToRepeatAnAttemptThatFailed() throws Exception {
        try (AdminFixture host = new AdminFixture(builder -> builder)) {
            host.test().upstream("acme/greeter").release("v1.0.0");
            host.installed("ws-1", "greeter", "v1.0.0");
            host.test().upstream("acme/greeter").release("v1.1.0");
            host.test().sweep();
            JsonNode update = host.get("admin/plugin-updates-pending").json().get(0);
            String path = "admin/plugin-updates/" + update.get("id").asLong() + "/apply";
            String body = "{\"revision\":\"" + update.get("to").asText() + "\"}";

            host.test().target().down(true);
            Reply failed = host.post(path, body);
            host.test().target().down(false);
            host.test().clock().advance(Duration.ofHours(1));

            assertThat(failed.status()).isEqualTo(502);
            assertThat(failed.json().get("retry").asBoolean()).isTrue();
            assertThat(host.post(path, body).status()).isEqualTo(200);
        }
    }
}
