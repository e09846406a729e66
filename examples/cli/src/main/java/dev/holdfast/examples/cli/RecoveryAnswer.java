package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.RecoveryReport;
import dev.holdfast.spi.Operation;
import java.util.List;

/** What became of broken-off operations. */
record RecoveryAnswer(List<RecoveryReport.Item> items) implements Answer {

    @Override
    public ExitCode exit() {
        return items.stream().anyMatch(item -> item.outcome().isEmpty()) ? ExitCode.TRY_AGAIN : ExitCode.OK;
    }

    @Override
    public JsonNode json() {
        return Json.object().set("operations", Json.array(items, RecoveryAnswer::item));
    }

    @Override
    public void print(Paper paper) {
        if (items.isEmpty()) {
            paper.line("Nothing was left unfinished.");
        }
        for (RecoveryReport.Item item : items) {
            String what = Json.word(item.operation().kind()) + " of "
                    + item.operation().key() + " (operation " + item.operation().id() + ")";
            paper.line(what + ": " + item.outcome().map(RecoveryAnswer::end).orElse("not yet: " + item.note()));
        }
    }

    private static String end(Operation.Outcome outcome) {
        return outcome == Operation.Outcome.SUCCEEDED ? "finished" : "undone";
    }

    private static ObjectNode item(RecoveryReport.Item item) {
        return Json.object()
                .put("id", item.operation().id())
                .put("outcome", item.outcome().map(Json::word).orElse(null))
                .put("note", item.note())
                .set("operation", Json.operation(item.operation()));
    }
}
