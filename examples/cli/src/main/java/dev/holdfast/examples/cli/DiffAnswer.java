package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.source.SourceHistory.Commit;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.util.List;
import java.util.Optional;

/** What an update would change. */
record DiffAnswer(long id, Optional<UpdateChanges> changes) implements Answer {

    @Override
    public ExitCode exit() {
        return changes.isPresent() ? ExitCode.OK : ExitCode.NOT_FOUND;
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object().put("id", id).put("found", changes.isPresent());
        changes.ifPresent(found -> {
            json.put("trusted", found.isTrusted());
            json.set("trust", Json.judgement(found.trust()));
            json.set("admission", found.admission().map(Json::judgement).orElse(null));
            json.put("relation", Json.word(found.history().relation()));
            json.set("commits", Json.array(found.history().commits(), DiffAnswer::commit));
            json.set("added", Json.texts(found.files().added()));
            json.set("changed", Json.texts(found.files().changed()));
            json.set("removed", Json.texts(found.files().removed()));
        });
        return json;
    }

    private static ObjectNode commit(Commit commit) {
        return Json.object()
                .put("revision", commit.revision().value())
                .put("author", commit.author())
                .put("at", commit.at().toString())
                .put("subject", commit.subject());
    }

    @Override
    public void print(Paper paper) {
        if (changes.isEmpty()) {
            paper.line("there is no update " + id + " of anything that is installed");
            return;
        }
        UpdateChanges found = changes.get();
        paper.line((found.trust().passes() ? "Trust: " : "REFUSED by trust: ")
                + found.trust().text());
        found.admission()
                .ifPresent(
                        said -> paper.line((said.passes() ? "Admission: " : "REFUSED by admission: ") + said.text()));
        if (found.history().relation() == Relation.REWRITTEN) {
            paper.line("It does not descend from what is installed: upstream rewrote its history.");
        }
        List<Commit> commits = found.history().commits();
        for (Commit commit : commits) {
            paper.line(commit.revision().abbreviated() + " " + paper.ages().ago(commit.at()) + ", " + commit.author()
                    + ": " + commit.subject());
        }
        found.files().added().forEach(path -> paper.line("A " + path));
        found.files().changed().forEach(path -> paper.line("M " + path));
        found.files().removed().forEach(path -> paper.line("D " + path));
    }
}
