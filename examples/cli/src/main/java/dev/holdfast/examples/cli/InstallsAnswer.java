package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.store.Page;

/** What is installed. */
record InstallsAnswer(Page<Install> page) implements Answer {

    @Override
    public JsonNode json() {
        return Json.page(page, Json::install);
    }

    @Override
    public void print(Paper paper) {
        if (page.items().isEmpty()) {
            paper.line("Nothing is installed.");
            return;
        }
        Table table = Table.of("PLUGIN", "VERSION", "REVISION", "TRACKS", "UPDATED", "SOURCE", "TARGET");
        for (Install install : page.items()) {
            table.row(
                    install.key().toString(),
                    install.release().version().orElse(Words.NOTHING),
                    install.revision().abbreviated(),
                    install.origin().track().toString(),
                    paper.ages().ago(install.updatedAt()),
                    install.origin().source().toString(),
                    install.address().toString());
        }
        paper.table(table);
        PageOptions.more(page, paper);
    }
}
