package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.HoldReport.Unread;
import dev.holdfast.ReaderHold;
import java.util.List;

/** Who holds what, and the installs of which nobody knows. */
record HoldsAnswer(List<Unread> unread, RowsAnswer<ReaderHold> rows) implements Answer {

    @Override
    public ExitCode exit() {
        return unread.isEmpty() ? ExitCode.OK : ExitCode.TRY_AGAIN;
    }

    @Override
    public JsonNode json() {
        ObjectNode json = (ObjectNode) rows.json();
        json.set(
                "unread",
                Json.array(unread, one -> Json.key(one.install().key()).put("message", one.why())));
        return json;
    }

    @Override
    public void print(Paper paper) {
        if (unread.isEmpty() || !rows.page().items().isEmpty()) {
            rows.print(paper);
        }
        unread.forEach(one -> paper.line(one.install().key() + " could not be asked: " + one.why()));
    }
}
