package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.HoldfastException;

/** Why there is no other answer. */
record Failure(ExitCode exit, String reason, String message) implements Answer {

    static Failure of(HoldfastException e) {
        return new Failure(ExitCode.of(e), e.reason().name(), String.valueOf(e.getMessage()));
    }

    static Failure defect(Exception e) {
        return new Failure(ExitCode.DEFECT, "DEFECT", "a defect of this program: " + e);
    }

    @Override
    public JsonNode json() {
        return Json.object()
                .set(
                        "error",
                        Json.object()
                                .put("reason", reason)
                                .put("retry", exit == ExitCode.TRY_AGAIN)
                                .put("message", message));
    }

    @Override
    public void print(Paper paper) {
        String next = exit == ExitCode.TRY_AGAIN ? "; trying again later may help" : "";
        paper.line("holdfast: " + message);
        paper.line("          (" + reason + next + ")");
    }
}
