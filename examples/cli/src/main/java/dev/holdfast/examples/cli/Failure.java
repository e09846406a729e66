package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.HoldfastException;
import java.util.Map;
import java.util.Optional;

/** Why there is no other answer. */
record Failure(ExitCode exit, String reason, String message) implements Answer {

    private static final Map<String, String> HINTS = Map.of(
            "allowFiles", "--allow-file DIR",
            "allowHttp", "--allow-http HOST",
            "no resolver serves 'local://'", "--local DIR",
            "knownHosts", "--known-hosts FILE and --ssh-key FILE");

    static Failure of(HoldfastException e) {
        return new Failure(ExitCode.of(e), e.reason().name(), String.valueOf(e.getMessage()));
    }

    static Failure defect(Exception e) {
        return new Failure(ExitCode.DEFECT, "DEFECT", "a defect of this program: " + e);
    }

    /** Returns which option of this program does what the library's message speaks of. */
    static Optional<String> option(String message) {
        return HINTS.entrySet().stream()
                .filter(hint -> message.contains(hint.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
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
        option(message).ifPresent(option -> paper.line("          here: " + option));
        paper.line("          (" + reason + next + ")");
    }
}
