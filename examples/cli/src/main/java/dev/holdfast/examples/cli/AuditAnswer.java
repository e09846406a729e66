package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;

/** A part of the record of decisions and changes. */
record AuditAnswer(Page<AuditEntry> page) implements Answer {

    @Override
    public JsonNode json() {
        return Json.page(page, Json::auditEntry);
    }

    @Override
    public void print(Paper paper) {
        if (page.items().isEmpty()) {
            paper.line("Nothing was decided or changed.");
            return;
        }
        paper.table(table(page, paper.ages()));
        PageOptions.more(page, paper);
    }

    static Table table(Page<AuditEntry> page, Ages ages) {
        Table table = Table.of("WHEN", "WHO", "WHAT", "PLUGIN", "FROM", "TO", "OUTCOME");
        for (AuditEntry entry : page.items()) {
            table.row(
                    ages.ago(entry.at()),
                    entry.actor(),
                    entry.action(),
                    entry.key().map(InstallKey::toString).orElse(Words.NOTHING),
                    Words.brief(entry.from()),
                    Words.brief(entry.to()),
                    entry.outcome());
        }
        return table;
    }
}
