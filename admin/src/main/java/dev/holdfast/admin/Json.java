package dev.holdfast.admin;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON, read strictly: what we do not know, or is said twice, is a mistake of who wrote it. Written and read by hand,
 * so that neither a library nor a setting of the host's own mapper changes the wire form.
 */
final class Json {

    private Json() {}

    static byte[] bytes(@Nullable Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** Writes records, maps, collections, texts, numbers, booleans and null. */
    static String text(@Nullable Object value) {
        return new JsonWriter().value(value).toString();
    }

    /** Reads a document of that form; an empty one counts as {@code {}}. */
    static <T> T read(byte[] json, Class<T> type) {
        Object value = json.length == 0 ? Map.of() : new JsonReader(decoded(json)).document();
        if (!(value instanceof Map<?, ?> members)) {
            throw ProblemException.invalid("the body is no object; send one");
        }
        return record(members, type);
    }

    private static String decoded(byte[] json) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ProblemException.invalid("the body is no UTF-8");
        }
    }

    private static <T> T record(Map<?, ?> members, Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        members.keySet().stream()
                .map(String::valueOf)
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw ProblemException.invalid("the body has \"" + unknown + "\", which means nothing here");
                });
        Object[] values = Arrays.stream(components)
                .map(component -> member(component, members.get(component.getName())))
                .toArray();
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + type, e);
        }
    }

    private static @Nullable Object member(RecordComponent component, @Nullable Object value) {
        Class<?> type = component.getType();
        if (value == null) {
            return null;
        }
        if (type.isRecord() && value instanceof Map<?, ?> members) {
            return record(members, type);
        }
        if (type == Map.class
                && value instanceof Map<?, ?> texts
                && texts.values().stream().allMatch(String.class::isInstance)) {
            return texts;
        }
        if (type == List.class && value instanceof List<?> items) {
            return items(component, items);
        }
        if (type.isInstance(value)) {
            return value;
        }
        throw ProblemException.invalid("\"" + component.getName() + "\" is of another form than is wanted");
    }

    /** A list holds records of the type that its component names, or whole numbers, or texts. */
    private static List<?> items(RecordComponent component, List<?> items) {
        String generic = component.getGenericType().getTypeName();
        return items.stream().map(item -> item(component, generic, item)).toList();
    }

    private static Object item(RecordComponent component, String generic, @Nullable Object item) {
        if (item instanceof Map<?, ?> members) {
            for (Class<?> nested :
                    component.getDeclaringRecord().getEnclosingClass().getDeclaredClasses()) {
                if (generic.contains(nested.getName()) && nested.isRecord()) {
                    return record(members, nested);
                }
            }
        }
        if ((item instanceof Long && generic.contains("Long"))
                || (item instanceof String && generic.contains("String"))) {
            return item;
        }
        throw ProblemException.invalid(
                "\"" + component.getName() + "\" holds something of another form than is wanted");
    }
}
