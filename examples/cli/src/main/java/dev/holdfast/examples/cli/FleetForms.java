package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.time.Instant;

/** The JSON forms of what is said of many installs at one time, by the rules of {@link Json}. */
final class FleetForms {

    private FleetForms() {}

    static ObjectNode observation(Observation seen) {
        return Json.key(seen.key())
                .put("condition", Json.word(seen.condition()))
                .put("detail", seen.detail())
                .put("since", seen.since().toString())
                .put("lookedAt", seen.lookedAt().toString())
                .put("verifiedAt", seen.verifiedAt().toString())
                .put("dueAt", seen.dueAt().toString())
                .put("lastError", seen.lastError().orElse(null));
    }

    static ObjectNode quarantine(Quarantine quarantine) {
        return Json.object()
                .put("id", quarantine.id())
                .put("source", quarantine.content().source().orElse(null))
                .put("revision", Json.text(quarantine.content().revision()))
                .put("scope", quarantine.scope().toString())
                .put("reason", quarantine.reason())
                .put("actor", quarantine.actor())
                .put("since", quarantine.since().toString())
                .put("until", quarantine.until().map(Instant::toString).orElse(null));
    }

    static ObjectNode rollout(Rollout rollout) {
        ObjectNode json = Json.object()
                .put("id", rollout.id())
                .put("plan", rollout.name())
                .put("source", rollout.goal().source().toString())
                .put("revision", rollout.goal().revision().value())
                .put("version", rollout.goal().version().orElse(null))
                .put("state", Json.word(rollout.progress().state()))
                .put("ring", rollout.progress().ring() + 1)
                .put(
                        "soakUntil",
                        rollout.progress().soakUntil().map(Instant::toString).orElse(null))
                .put("note", rollout.progress().note())
                .put("actor", rollout.actor())
                .put("createdAt", rollout.createdAt().toString());
        json.set("rings", Json.array(rollout.rings(), FleetForms::counts));
        return json;
    }

    private static ObjectNode counts(Rollout.Counts counts) {
        return Json.object()
                .put("waiting", counts.waiting())
                .put("underWay", counts.underWay())
                .put("succeeded", counts.succeeded())
                .put("failed", counts.failed())
                .put("left", counts.left());
    }

    static ObjectNode member(RolloutMember member) {
        return Json.key(member.key()).put("ring", member.ring() + 1).put("state", Json.word(member.state()));
    }

    static ObjectNode upstream(UpstreamStatus upstream) {
        return Json.object()
                .put("upstream", upstream.upstream().key())
                .put("standing", Json.word(upstream.standing()))
                .put("installs", upstream.installs())
                .put("failures", upstream.failures())
                .put("lastError", upstream.lastError().orElse(null))
                .put("suspended", upstream.suspended().orElse(null))
                .put("dueAt", upstream.dueAt().toString());
    }
}
