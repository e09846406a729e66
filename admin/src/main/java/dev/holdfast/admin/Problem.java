package dev.holdfast.admin;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request got no other answer, as RFC 9457 writes it.
 *
 * @param type what kind of problem, for machines; {@code about:blank} if the status says all
 * @param title the same for people
 * @param status the status code
 * @param detail what happened this time, and what to do
 * @param reason Holdfast's own word for it
 * @param retry whether the same request may work later
 */
record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        @Nullable String reason,
        @Nullable Boolean retry) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** Returns a problem that the status code names. */
    static Problem of(int status, String title, String detail) {
        return new Problem("about:blank", title, status, detail, null, null);
    }

    static Problem of(HoldfastException e) {
        return of(e.reason(), String.valueOf(e.getMessage()), e instanceof TransientException);
    }

    static Problem of(Reason reason, String detail, boolean retry) {
        String word = Words.of(reason);
        return new Problem(
                "urn:holdfast:reason:" + word, word.replace('-', ' '), StatusCodes.of(reason), detail, word, retry);
    }

    /** Returns what of it is known, in the order of the specification. */
    Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.put("reason", reason);
        members.put("retry", retry);
        members.values().removeIf(value -> value == null);
        return members;
    }
}
