package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What became of the wish to apply an update. */
record ApplyAnswer(long id, ApplyResult result, Optional<Update> update) implements Answer {

    /** The update waits for a host that can; the same command on this one does not help. */
    private static final Set<Reason> OF_THIS_HOST =
            Set.of(Reason.UNKNOWN_SCHEME, Reason.UNKNOWN_TARGET, Reason.UNAUTHORIZED, Reason.SOURCE_NOT_FOUND);

    @Override
    public ExitCode exit() {
        if (result instanceof ApplyResult.Applied || result instanceof ApplyResult.AlreadyApplied) {
            return ExitCode.OK;
        }
        if (result instanceof ApplyResult.NotFound) {
            return ExitCode.NOT_FOUND;
        }
        if (result instanceof ApplyResult.Failed failed && OF_THIS_HOST.contains(failed.reason())) {
            return ExitCode.ofPermanent(failed.reason());
        }
        return result instanceof ApplyResult.InProgress || waitsAgain() ? ExitCode.TRY_AGAIN : ExitCode.REFUSED;
    }

    /** A failed attempt that may be repeated leaves its update waiting. */
    private boolean waitsAgain() {
        return result instanceof ApplyResult.Failed
                && update.filter(now -> now.status() == UpdateStatus.PENDING).isPresent();
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object().put("id", id).put("result", name()).put("message", message());
        json.put(
                "reason",
                result instanceof ApplyResult.Failed failed ? failed.reason().name() : null);
        json.set("update", update.map(Json::update).orElse(null));
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line(message());
    }

    private String name() {
        String name = result.getClass().getSimpleName();
        return name.replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private String message() {
        if (result instanceof ApplyResult.Applied applied) {
            return "applied: " + Words.subject(applied.update().subject()) + " is at "
                    + Words.named(applied.update().to(), applied.update().version());
        } else if (result instanceof ApplyResult.AlreadyApplied) {
            return "update " + id + " was applied before; nothing was done";
        } else if (result instanceof ApplyResult.Superseded) {
            return "update " + id + " was superseded: upstream moved on; review the newer one";
        } else if (result instanceof ApplyResult.Dismissed) {
            return "update " + id + " was dismissed before; nothing was done";
        } else if (result instanceof ApplyResult.Resolved) {
            return "update " + id + " is no longer needed; nothing was done";
        } else if (result instanceof ApplyResult.Refused refused) {
            return "refused: " + refused.why();
        } else if (result instanceof ApplyResult.Failed failed) {
            return "failed: " + failed.why() + " (" + failed.reason() + "); what was live before is live now";
        } else if (result instanceof ApplyResult.InProgress running) {
            return "still being applied by " + running.by() + ", until " + running.until() + " at the latest";
        }
        return "there is no update " + id;
    }
}
