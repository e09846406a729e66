package dev.holdfast.trust;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was signed, read so that no other reader can find something else in it: UTF-8, one document, no member twice, at
 * most 20 deep. Numbers, booleans and null are read and mean nothing here.
 */
final class StrictJson {

    private static final int DEEPEST = 20;
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n]*+");
    private static final Pattern PLAIN =
            Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][-+]?[0-9]++)?|true|false|null");
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /** A value of which nothing is wanted. */
    private enum Other {
        VALUE
    }

    /** Returns the members of an object. */
    static Map<String, Object> object(byte[] bytes) throws BadSignature {
        try {
            StrictJson reader = new StrictJson(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
            Object value = reader.value(0);
            reader.took(BLANKS);
            if (reader.at < reader.text.length()) {
                throw new BadSignature("something follows its JSON");
            }
            return object(value);
        } catch (CharacterCodingException e) {
            throw new BadSignature("its JSON is no UTF-8");
        }
    }

    /** Returns a member that is an object; an empty one where it is none. */
    static Map<String, Object> within(Map<String, Object> members, String name) throws BadSignature {
        return object(Optional.ofNullable(members.get(name)).orElse(Map.of()));
    }

    /** Returns a member that is a list; an empty one where it is not there. */
    static List<?> list(Map<String, Object> members, String name) throws BadSignature {
        Object value = Optional.ofNullable(members.get(name)).orElse(List.of());
        if (value instanceof List<?> items) {
            return items;
        }
        throw new BadSignature("'" + name + "' in it is no list");
    }

    /** Returns a member that is a text; an empty one where it is not. */
    static String text(Map<String, Object> members, String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) throws BadSignature {
        if (value instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw new BadSignature("its JSON is no object");
    }

    private Object value(int depth) throws BadSignature {
        if (depth > DEEPEST) {
            throw new BadSignature("its JSON is nested too deep");
        }
        took(BLANKS);
        if (took('{')) {
            return members(depth);
        }
        if (took('[')) {
            return items(depth);
        }
        if (took('"')) {
            return text();
        }
        if (took(PLAIN)) {
            return Other.VALUE;
        }
        throw broken();
    }

    private Map<String, Object> members(int depth) throws BadSignature {
        Map<String, Object> members = new LinkedHashMap<>();
        if (closed('}')) {
            return members;
        }
        do {
            took(BLANKS);
            if (!took('"')) {
                throw broken();
            }
            String name = text();
            took(BLANKS);
            if (!took(':')) {
                throw broken();
            }
            if (members.put(name, value(depth + 1)) != null) {
                throw new BadSignature("its JSON says '" + BadSignature.shown(name) + "' twice");
            }
            took(BLANKS);
        } while (took(','));
        return ended('}', members);
    }

    private List<Object> items(int depth) throws BadSignature {
        List<Object> items = new ArrayList<>();
        if (closed(']')) {
            return items;
        }
        do {
            items.add(value(depth + 1));
            took(BLANKS);
        } while (took(','));
        return ended(']', items);
    }

    private boolean closed(char c) {
        took(BLANKS);
        return took(c);
    }

    private <T> T ended(char c, T value) throws BadSignature {
        if (!took(c)) {
            throw broken();
        }
        return value;
    }

    /** By hand: patterns of that size take the stack of whoever reads a long text. */
    private String text() throws BadSignature {
        StringBuilder read = new StringBuilder();
        while (!took('"')) {
            char c = next();
            if (c < ' ') {
                throw broken();
            }
            read.append(c == '\\' ? escaped(next()) : c);
        }
        return read.toString();
    }

    private char escaped(char c) throws BadSignature {
        int known = ESCAPES.indexOf(c);
        if (known >= 0) {
            return MEANT.charAt(known);
        }
        int code = 0;
        for (int i = 0; i < 4 && c == 'u'; i++) {
            int digit = Character.digit(next(), 16);
            code = digit < 0 ? -1 : code * 16 + digit;
            if (code < 0) {
                throw broken();
            }
        }
        if (c != 'u') {
            throw broken();
        }
        return (char) code;
    }

    private char next() throws BadSignature {
        if (at >= text.length()) {
            throw broken();
        }
        return text.charAt(at++);
    }

    private boolean took(char c) {
        boolean here = at < text.length() && text.charAt(at) == c;
        at += here ? 1 : 0;
        return here;
    }

    private boolean took(Pattern what) {
        Matcher here = what.matcher(text).region(at, text.length());
        boolean found = here.lookingAt();
        at = found ? here.end() : at;
        return found;
    }

    private BadSignature broken() {
        return new BadSignature("its JSON is broken at character " + at);
    }
}
