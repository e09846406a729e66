package dev.holdfast.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One event on its way: an audit entry, or that some are lost. Made again from the same entry it has the same id and
 * the same body.
 *
 * @param id unique among all events of one source
 * @param type without {@code dev.holdfast.}
 */
record AuditMessage(
        String id,
        String type,
        Optional<String> subject,
        Optional<String> at,
        String sequence,
        Map<String, Object> data) {

    private static final String PREFIX = "dev.holdfast.";

    /** Each column of an entry, in the order of {@link AuditRow#texts()}. */
    private static final List<String> COLUMNS =
            List.of("actor", "action", "workspace", "plugin", "site", "image", "from", "to", "outcome");

    /** Their outcome begins with how they ended. */
    private static final Set<String> ENDING =
            Set.of("install", "upgrade", "rollback", "uninstall", "repair", "collect", "refresh");

    private static final int SHORT_HASH = 16;

    static AuditMessage of(AuditSeal seal, AuditRow row) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("entry", row.id());
        for (int i = 0; i < COLUMNS.size(); i++) {
            String column = COLUMNS.get(i);
            row.texts().get(i).ifPresent(text -> data.put(column, text));
        }
        return new AuditMessage(
                seal.number() + "-" + seal.hash().substring(0, SHORT_HASH),
                type(String.valueOf(data.get("action")), String.valueOf(data.get("outcome"))),
                subject(data),
                Optional.of(row.at().toString()),
                sequence(seal.number()),
                data);
    }

    /**
     * Tells that entries were pruned before the receiver took them: those of two seals, and between. When that is told
     * is no part of it: sent again it would be another document under the same id.
     *
     * @param next the entry after them, if there is one: its time is the event's
     */
    static AuditMessage lost(long first, long last, Optional<AuditRow> next) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("first", first);
        data.put("last", last);
        data.put("count", last - first + 1);
        return new AuditMessage(
                "lost-" + first + "-" + last,
                "events-lost",
                Optional.empty(),
                next.map(row -> row.at().toString()),
                sequence(last),
                data);
    }

    private static String type(String action, String outcome) {
        if (!ENDING.contains(action)) {
            return action;
        }
        return action + (outcome.startsWith("succeeded") ? ".succeeded" : ".failed");
    }

    private static Optional<String> subject(Map<String, Object> data) {
        return data.containsKey("plugin")
                ? Optional.of(data.get("workspace") + "/" + data.get("plugin"))
                : Optional.ofNullable(data.get("image")).map(Object::toString);
    }

    /** As texts they have the order of the numbers, which the extension {@code sequence} of CloudEvents wants. */
    private static String sequence(long number) {
        return "%019d".formatted(number);
    }

    /** Returns whether it is of a type, or of one that begins like it where it ends with {@code *}. */
    boolean is(String wanted) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : type.equals(wanted);
    }

    /** Returns the document: a CloudEvent in structured mode. */
    byte[] body(String source) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", source);
        event.put("type", PREFIX + type);
        subject.ifPresent(about -> event.put("subject", about));
        at.ifPresent(time -> event.put("time", time));
        event.put("sequence", sequence);
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        return JsonText.of(event).getBytes(UTF_8);
    }
}
