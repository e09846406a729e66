package dev.holdfast.webhook;

import java.util.Map;
import java.util.stream.Collectors;

/** Writes JSON objects of texts, numbers and objects. */
final class JsonText {

    private JsonText() {}

    static String of(Map<String, Object> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + value(member.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .map(member -> quoted(String.valueOf(member.getKey())) + ":" + value(member.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return value instanceof Number ? value.toString() : quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append((char) letter);
            } else if (letter < ' ' || Character.isSurrogate((char) letter)) {
                // A half of a pair alone is no Unicode; both halves escaped are read as the letter.
                quoted.append("\\u%04x".formatted(letter));
            } else {
                quoted.append((char) letter);
            }
        });
        return quoted.append('"').toString();
    }
}
