package dev.holdfast.examples.host;

import dev.holdfast.spi.PermanentException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is secret: taken from the environment, because anybody on the machine can read a command line.
 *
 * @param tokens who may decide, by name; empty if nobody has to show a token
 * @param hook what those who call the webhook sign with; empty if nobody may
 */
record Secrets(Map<String, String> tokens, Optional<String> hook) {

    private static final int SHORTEST = 16;

    /** Copies the map. */
    Secrets {
        tokens = Map.copyOf(tokens);
    }

    /** Reads {@code HOLDFAST_TOKENS}, as in {@code alice=...,bob=...}, and {@code HOLDFAST_HOOK_SECRET}. */
    static Secrets of(Map<String, String> environment) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String entry : environment.getOrDefault("HOLDFAST_TOKENS", "").split(",", -1)) {
            if (!entry.isBlank()) {
                String[] parts = entry.strip().split("=", 2);
                if (parts.length < 2 || !parts[0].matches("[A-Za-z0-9._-]{1,64}")) {
                    throw PermanentException.invalid("HOLDFAST_TOKENS", "...", "write name=secret,name=secret");
                }
                tokens.put(parts[0], strong("HOLDFAST_TOKENS", parts[1]));
            }
        }
        return new Secrets(
                tokens,
                Optional.ofNullable(environment.get("HOLDFAST_HOOK_SECRET"))
                        .map(secret -> strong("HOLDFAST_HOOK_SECRET", secret)));
    }

    private static String strong(String variable, String secret) {
        if (secret.length() < SHORTEST) {
            throw PermanentException.invalid(variable, "...", "use at least " + SHORTEST + " characters");
        }
        return secret;
    }

    @Override
    public String toString() {
        return tokens.size() + " tokens";
    }
}
