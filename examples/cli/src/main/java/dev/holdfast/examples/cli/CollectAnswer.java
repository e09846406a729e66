package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.CollectReport;

/** What a collection did. */
record CollectAnswer(CollectReport report) implements Answer {

    @Override
    public ExitCode exit() {
        return report.failed() > 0 ? ExitCode.TRY_AGAIN : ExitCode.OK;
    }

    @Override
    public JsonNode json() {
        return Json.object()
                .put("places", report.places())
                .put("releases", report.releases())
                .put("failed", report.failed())
                .put("stuck", report.stuck().size())
                .put("held", report.held().size());
    }

    @Override
    public void print(Paper paper) {
        paper.line("looked at " + Words.count(report.places(), "place") + ": removed "
                + Words.count(report.releases(), "release"));
        report.stuck().forEach(stuck -> paper.line(stuck.toString()));
        report.held().forEach(hold -> paper.line(hold.toString()));
        if (report.failed() > 0) {
            paper.line(Words.count(report.failed(), "place") + " could not be reached or was in use; try again later");
        }
    }
}
