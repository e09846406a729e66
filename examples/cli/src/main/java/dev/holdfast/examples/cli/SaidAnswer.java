package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** One sentence, with the same for machines. */
record SaidAnswer(ExitCode exit, JsonNode json, String sentence) implements Answer {

    static SaidAnswer done(JsonNode json, String sentence) {
        return new SaidAnswer(ExitCode.OK, json, sentence);
    }

    static SaidAnswer noSuchThing(String sentence) {
        return new SaidAnswer(ExitCode.NOT_FOUND, Json.object().put("error", sentence), sentence);
    }

    @Override
    public void print(Paper paper) {
        paper.line(sentence);
    }
}
