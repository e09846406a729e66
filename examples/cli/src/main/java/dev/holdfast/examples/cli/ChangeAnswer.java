package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.ChangeReport;

/** What a change did. */
record ChangeAnswer(ChangeReport report) implements Answer {

    @Override
    public JsonNode json() {
        ObjectNode json = Json.key(report.key())
                .put("kind", Json.word(report.kind()))
                .put("changed", report.changed())
                .put("from", Json.text(report.from()));
        json.set("now", report.now().map(Json::release).orElse(null));
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line(sentence(report));
    }

    static String sentence(ChangeReport report) {
        String key = report.key().toString();
        if (!report.changed()) {
            return key + " is at " + now(report) + " already; nothing was delivered";
        }
        return switch (report.kind()) {
            case INSTALL -> "installed " + key + " at " + now(report);
            case REPAIR -> "repaired " + key + ", which is at " + now(report);
            case UPGRADE, COLLECT -> "brought " + key + " from " + Words.brief(report.from()) + " to " + now(report);
            case ROLLBACK -> "rolled " + key + " back from " + Words.brief(report.from()) + " to " + now(report);
            case UNINSTALL -> "uninstalled " + key + ", which was at " + Words.brief(report.from());
        };
    }

    private static String now(ChangeReport report) {
        return report.now().map(Words::named).orElse(Words.NOTHING);
    }
}
