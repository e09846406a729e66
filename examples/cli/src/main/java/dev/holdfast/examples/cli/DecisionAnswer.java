package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import java.util.Optional;

/** Where an update stands after a decision, and where the decision would have it. */
record DecisionAnswer(long id, UpdateStatus wanted, Optional<Update> update) implements Answer {

    @Override
    public ExitCode exit() {
        return update.map(now -> now.status() == wanted ? ExitCode.OK : ExitCode.REFUSED)
                .orElse(ExitCode.NOT_FOUND);
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object().put("id", id).put("done", exit() == ExitCode.OK);
        json.set("update", update.map(Json::update).orElse(null));
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line(update.map(this::sentence).orElse("there is no update " + id));
    }

    private String sentence(Update now) {
        String what = "update " + id + " of " + Words.subject(now.subject());
        return now.status() == wanted
                ? what + " is " + Json.word(wanted)
                : "refused: " + what + " is " + Json.word(now.status()) + ", and stays so";
    }
}
