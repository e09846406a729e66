package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.Explanation;
import dev.holdfast.spi.UpdatePolicy;

/** Why a plugin is where it is. */
record ExplainAnswer(UpdatePolicy policy, Explanation explanation) implements Answer {

    @Override
    public JsonNode json() {
        ObjectNode json = Json.subject(explanation.subject())
                .put("policy", policy.toString())
                .put("code", Json.word(explanation.code()))
                .put("text", explanation.text())
                .put("next", explanation.next().map(Object::toString).orElse(null))
                .put(
                        "update",
                        explanation.update().isPresent() ? explanation.update().getAsLong() : null);
        json.set("verified", explanation.verified().map(Json::verified).orElse(null));
        return json;
    }

    @Override
    public void print(Paper paper) {
        String code = Json.word(explanation.code()).replace('-', ' ');
        paper.line(Words.subject(explanation.subject()) + " (" + policy + "): " + code);
        paper.line("  " + explanation.text());
        explanation
                .verified()
                .ifPresent(found -> paper.line("  verified " + paper.ages().ago(found.at()) + ": " + found.text()));
        explanation
                .next()
                .ifPresent(next ->
                        paper.line("  next: " + next + ", " + paper.ages().in(next)));
    }
}
