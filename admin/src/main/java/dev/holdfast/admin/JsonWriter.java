package dev.holdfast.admin;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON. */
final class JsonWriter {

    private final StringBuilder out = new StringBuilder();

    JsonWriter value(@Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            out.append(value);
        } else if (value instanceof CharSequence text) {
            text(text);
        } else if (value instanceof Enum<?> constant) {
            text(Words.of(constant));
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value instanceof Collection<?> items) {
            items(items);
        } else if (value.getClass().isRecord()) {
            members(value);
        } else {
            throw new IllegalStateException("cannot write " + value.getClass());
        }
        return this;
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        String comma = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(comma);
            text(String.valueOf(entry.getKey()));
            out.append(':');
            value(entry.getValue());
            comma = ",";
        }
        out.append('}');
    }

    private void items(Collection<?> items) {
        out.append('[');
        String comma = "";
        for (Object item : items) {
            out.append(comma);
            value(item);
            comma = ",";
        }
        out.append(']');
    }

    private void members(Object value) {
        out.append('{');
        String comma = "";
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            out.append(comma);
            text(component.getName());
            out.append(':');
            value(read(component, value));
            comma = ",";
        }
        out.append('}');
    }

    private static @Nullable Object read(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    private void text(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> character(c);
            }
        }
        out.append('"');
    }

    /**
     * Control characters, line ends of JavaScript, and halves of surrogate pairs are escaped; those last would become
     * {@code ?}.
     */
    private void character(char c) {
        if (c < ' ' || c == '\u007f' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
