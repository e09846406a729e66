package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;

/** What became of images. */
record ImagesAnswer(ImageReport report) implements Answer {

    /** What no container runs is not there. */
    @Override
    public ExitCode exit() {
        if (has(Outcome.WAITING)) {
            return ExitCode.TRY_AGAIN;
        }
        if (has(Outcome.FAILED)) {
            return ExitCode.of(report.of(Outcome.FAILED).stream()
                    .flatMap(item -> item.reason().stream())
                    .toList());
        }
        return has(Outcome.DECLINED) ? ExitCode.REFUSED : has(Outcome.UNUSED) ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    private boolean has(Outcome outcome) {
        return !report.of(outcome).isEmpty();
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object();
        json.set("items", Json.array(report.items(), ImagesAnswer::form));
        return json;
    }

    private static ObjectNode form(Item item) {
        return Json.object()
                .put("image", item.image().toString())
                .put("outcome", Json.word(item.outcome()))
                .put("digest", item.digest().map(Object::toString).orElse(null))
                .put("containers", item.containers())
                .put("refreshed", item.refreshed())
                .put("reason", item.reason().map(Json::word).orElse(null))
                .put("detail", item.detail());
    }

    @Override
    public void print(Paper paper) {
        Table table = Table.of("IMAGE", "OUTCOME", "TAG STANDS AT", "CONTAINERS", "REPLACED");
        for (Item item : report.items()) {
            table.row(
                    item.image().toString(),
                    Json.word(item.outcome()),
                    item.digest()
                            .map(digest -> ImagesCommand.brief(digest.value()))
                            .orElse(Words.NOTHING),
                    Integer.toString(item.containers()),
                    Integer.toString(item.refreshed()));
        }
        paper.table(table);
        report.items().stream()
                .filter(item -> !item.detail().isEmpty())
                .forEach(item -> paper.line(item.image() + ": " + item.detail()));
    }
}
