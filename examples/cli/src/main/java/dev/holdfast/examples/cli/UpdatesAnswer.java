package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import java.util.List;

/** A part of the queue. */
record UpdatesAnswer(Page<Update> page) implements Answer {

    @Override
    public JsonNode json() {
        return Json.page(page, Json::update);
    }

    @Override
    public void print(Paper paper) {
        if (page.items().isEmpty()) {
            paper.line("Nothing waits for a decision.");
            return;
        }
        paper.table(table(page.items(), paper.ages()));
        PageOptions.more(page, paper);
        Update newest = page.items().get(0);
        if (newest.status() == UpdateStatus.PENDING) {
            paper.line("");
            paper.line("Apply exactly what you reviewed: holdfast apply " + newest.id() + " --revision " + newest.to());
        }
    }

    static Table table(List<Update> updates, Ages ages) {
        Table table = Table.of("ID", "PLUGIN", "FROM", "TO", "VERSION", "FOLLOWED", "WHY", "STATUS", "QUEUED");
        for (Update update : updates) {
            table.row(
                    Long.toString(update.id()),
                    Words.subject(update.subject()),
                    update.from().abbreviated(),
                    update.to().value(),
                    update.version().orElse(Words.NOTHING),
                    update.track().map(Object::toString).orElse(Words.NOTHING),
                    Json.word(update.why()),
                    Json.word(update.status()) + (update.attempts() > 0 ? " (tried " + update.attempts() + ")" : ""),
                    ages.ago(update.createdAt()));
        }
        return table;
    }
}
