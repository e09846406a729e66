package dev.holdfast.examples.host;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** JSON, read strictly: what we do not know, or is said twice, is a mistake of who wrote it. */
final class Json {

    private static final int DEEPEST = 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
    }

    private Json() {}

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    /** Reads a document of that form; an empty one counts as {@code {}}. */
    static <T> T read(byte[] json, Class<T> type) {
        try {
            T value = json.length == 0 ? MAPPER.readValue("{}", type) : MAPPER.readValue(json, type);
            if (value == null) {
                throw ProblemException.invalid("the body is null; send an object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw ProblemException.invalid("the body has \"" + e.getPropertyName() + "\", which means nothing here");
        } catch (JsonProcessingException e) {
            throw ProblemException.invalid("the body is no JSON of the form that is wanted: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ProblemException.invalid("the body cannot be read");
        }
    }
}
