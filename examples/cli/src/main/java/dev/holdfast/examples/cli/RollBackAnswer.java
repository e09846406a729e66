package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.fleet.FleetRollback;
import dev.holdfast.fleet.FleetRollback.Failed;
import dev.holdfast.spi.Reason;

/** What became of rolling back what a quarantine affects. */
record RollBackAnswer(FleetRollback result) implements Answer {

    @Override
    public ExitCode exit() {
        if (result.halted().isPresent()) {
            return ExitCode.REFUSED;
        }
        return ExitCode.of(result.answers().stream()
                .map(FleetRollback.Answer::result)
                .filter(Failed.class::isInstance)
                .map(failed -> ((Failed) failed).reason())
                .filter(reason -> reason != Reason.NOTHING_TO_ROLL_BACK)
                .toList());
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object();
        ArrayNode items = json.putArray("items");
        for (FleetRollback.Answer answer : result.answers()) {
            items.add(Json.key(answer.key()).put("ring", answer.ring() + 1).put("result", text(answer)));
        }
        return json.put("left", result.left()).put("halted", result.halted().orElse(null));
    }

    @Override
    public void print(Paper paper) {
        if (result.answers().isEmpty()) {
            paper.line("Nobody has what it forbids.");
            return;
        }
        Table table = Table.of("PLUGIN", "RING", "RESULT");
        for (FleetRollback.Answer answer : result.answers()) {
            table.row(answer.key().toString(), Integer.toString(answer.ring() + 1), text(answer));
        }
        paper.table(table);
        result.halted()
                .ifPresent(why ->
                        paper.line("halted: " + why + "; " + Words.count(result.left(), "install") + " not tried"));
    }

    private static String text(FleetRollback.Answer answer) {
        if (answer.result() instanceof Failed failed) {
            return failed.reason() + ": " + failed.why();
        }
        FleetRollback.RolledBack rolledBack = (FleetRollback.RolledBack) answer.result();
        return "at "
                + rolledBack
                        .report()
                        .now()
                        .map(now -> Words.named(now.revision(), now.version()))
                        .orElse(Words.NOTHING);
    }
}
