package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.store.Page;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param page what is in it
 * @param form one item for machines
 * @param table a table with its header only
 * @param cells one item for people
 * @param nothing what is said of an empty list
 */
record RowsAnswer<T>(
        Page<T> page,
        Function<T, ? extends JsonNode> form,
        Table table,
        BiFunction<T, Ages, String[]> cells,
        String nothing)
        implements Answer {

    @Override
    public JsonNode json() {
        return Json.page(page, form);
    }

    @Override
    public void print(Paper paper) {
        if (page.items().isEmpty()) {
            paper.line(nothing);
            return;
        }
        page.items().forEach(item -> table.row(cells.apply(item, paper.ages())));
        paper.table(table);
        PageOptions.more(page, paper);
    }
}
