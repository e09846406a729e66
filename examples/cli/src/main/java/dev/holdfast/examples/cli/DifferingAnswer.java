package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.Observation;

/** What differs from its record; something does, or nothing. */
record DifferingAnswer(RowsAnswer<Observation> rows) implements Answer {

    @Override
    public ExitCode exit() {
        return rows.page().items().isEmpty() ? ExitCode.OK : ExitCode.DIFFERS;
    }

    @Override
    public JsonNode json() {
        return rows.json();
    }

    @Override
    public void print(Paper paper) {
        rows.print(paper);
    }
}
