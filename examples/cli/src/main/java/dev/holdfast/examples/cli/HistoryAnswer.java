package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Update;
import java.util.List;

/** What was done to one install. */
record HistoryAnswer(InstallKey key, List<Operation> operations, List<Update> updates) implements Answer {

    @Override
    public ExitCode exit() {
        return operations.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.key(key);
        json.set("operations", Json.array(operations, Json::operation));
        json.set("updates", Json.array(updates, Json::update));
        return json;
    }

    @Override
    public void print(Paper paper) {
        if (operations.isEmpty()) {
            paper.line("Nothing was ever done to " + key + ".");
            return;
        }
        Table table = Table.of("OPERATION", "WHAT", "FROM", "TO", "OUTCOME", "BY", "WHEN");
        for (Operation operation : operations) {
            table.row(
                    Long.toString(operation.id()),
                    Json.word(operation.kind()),
                    Words.brief(operation.from()),
                    operation
                            .goal()
                            .map(goal -> Words.named(goal.revision(), goal.version()))
                            .orElse(Words.NOTHING),
                    operation.outcome().map(Json::word).orElse("under way"),
                    operation.actor(),
                    paper.ages().ago(operation.openedAt()));
        }
        paper.table(table);
        if (!updates.isEmpty()) {
            paper.line("");
            paper.table(UpdatesAnswer.table(updates, paper.ages()));
        }
    }
}
