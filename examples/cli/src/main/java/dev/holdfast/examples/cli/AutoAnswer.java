package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.PolicyReport;

/** What policies did. */
record AutoAnswer(PolicyReport report) implements Answer {

    @Override
    public ExitCode exit() {
        return ExitCode.of(
                report.failures().stream().map(PolicyReport.Failure::reason).toList());
    }

    @Override
    public JsonNode json() {
        ObjectNode waiting = Json.object();
        report.waiting().forEach((code, count) -> waiting.put(Json.word(code), count));
        ObjectNode json = Json.object()
                .put("applied", report.applied())
                .put("failed", report.failed())
                .put("deferred", report.deferred());
        json.set("waiting", waiting);
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line("policies applied " + Words.count(report.applied(), "update") + ", " + report.failed() + " failed, "
                + report.deferred() + " left for the next time");
        report.failures().forEach(failure -> paper.line("  update " + failure.update() + ": " + failure.message()));
        report.waiting()
                .forEach((code, count) -> paper.line("  " + Words.count(count, "update") + ": "
                        + Json.word(code).replace('-', ' ')));
    }
}
