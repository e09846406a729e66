package dev.holdfast.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON document (RFC 8259) into maps, lists, texts, whole numbers ({@link Long}), booleans and null. It
 * refuses what comes after the document, members that are said twice, fractions, and what is nested deeper than 20.
 */
final class JsonReader {

    private static final int DEEPEST = 20;

    private final String json;
    private int at;

    JsonReader(String json) {
        this.json = json;
    }

    @Nullable Object document() {
        Object value = value(0);
        blanks();
        if (at < json.length()) {
            throw broken("something follows the document");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw broken("it is nested too deep");
        }
        blanks();
        char c = peek();
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        blanks();
        if (took('}')) {
            return members;
        }
        do {
            blanks();
            if (peek() != '"') {
                throw broken("a member needs a name");
            }
            String name = text();
            blanks();
            want(':');
            if (members.containsKey(name)) {
                throw broken("\"" + name + "\" is said twice");
            }
            members.put(name, value(depth + 1));
            blanks();
        } while (took(','));
        want('}');
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        blanks();
        if (took(']')) {
            return items;
        }
        do {
            items.add(value(depth + 1));
            blanks();
        } while (took(','));
        want(']');
        return items;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        at++;
        while (peek() != '"') {
            char c = json.charAt(at++);
            if (c < ' ') {
                throw broken("a text holds a control character");
            }
            text.append(c == '\\' ? escaped() : c);
        }
        at++;
        return text.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw broken("a text holds an unknown escape");
        };
    }

    private char unicode() {
        String digits = json.substring(at, Math.min(json.length(), at + 4));
        if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw broken("a text holds an unknown escape");
        }
        at += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private Long number() {
        int from = at;
        while (at < json.length() && "+-.0123456789eE".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
        String digits = json.substring(from, at);
        if (!digits.matches("-?(0|[1-9][0-9]{0,17})")) {
            throw broken(digits.isEmpty() ? "a value is missing" : "only whole numbers are known");
        }
        return Long.valueOf(digits);
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!json.startsWith(word, at)) {
            throw broken("a value is none");
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= json.length()) {
            throw broken("it ends too early");
        }
        return json.charAt(at);
    }

    private boolean took(char c) {
        boolean here = peek() == c;
        at += here ? 1 : 0;
        return here;
    }

    private void want(char c) {
        if (!took(c)) {
            throw broken("'" + c + "' is missing");
        }
    }

    private ProblemException broken(String why) {
        return ProblemException.invalid(
                "the body is no JSON of the form that is wanted: " + why + ", at character " + at);
    }
}
