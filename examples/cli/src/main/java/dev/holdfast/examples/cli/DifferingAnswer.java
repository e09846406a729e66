package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.inspection.InspectionReport.Failure;
import dev.holdfast.spi.Observation;
import java.util.List;

/** What differs from its record, and what could not be looked at. */
record DifferingAnswer(List<Failure> failures, RowsAnswer<Observation> rows) implements Answer {

    @Override
    public ExitCode exit() {
        if (!rows.page().items().isEmpty()) {
            return ExitCode.DIFFERS;
        }
        return ExitCode.of(failures.stream().map(Failure::reason).toList());
    }

    @Override
    public JsonNode json() {
        ObjectNode json = (ObjectNode) rows.json();
        json.set("failures", Json.array(failures, DifferingAnswer::failure));
        return json;
    }

    private static ObjectNode failure(Failure failure) {
        return Json.key(failure.key())
                .put("reason", Json.word(failure.reason()))
                .put("message", failure.message());
    }

    @Override
    public void print(Paper paper) {
        rows.print(paper);
        failures.forEach(failure -> paper.line(failure.key() + " could not be looked at: " + failure.message()));
    }
}
