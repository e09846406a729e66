package dev.holdfast.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Tells answers in the form that was asked for. */
record Output(Console console, boolean json) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Tells an answer on standard output, a failure for people on standard error. */
    void tell(Answer answer) {
        if (json) {
            console.out().println(text(answer.json()));
        } else {
            answer.print(new Paper(answer instanceof Failure ? console.err() : console.out(), console.clock()));
        }
    }

    private static String text(JsonNode node) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }
}
