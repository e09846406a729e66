package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/** How engines write things in JSON. */
final class EngineJson {

    /** How many characters of an id the engine gives as a name. */
    static final int SHORT_ID = 12;

    private EngineJson() {}

    /** Absent, null, empty, and false mean the same to an engine. */
    static boolean isNothing(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.asText().isEmpty())
                || (node.isBoolean() && !node.asBoolean());
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
