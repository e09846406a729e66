package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.release.Verification;
import dev.holdfast.release.Verification.Foreign;
import dev.holdfast.release.Verification.Intact;
import dev.holdfast.release.Verification.Tampered;
import dev.holdfast.release.Verification.Unmarked;
import dev.holdfast.spi.InstallKey;

/** How what is on the target differs from what was delivered. */
record VerifyAnswer(InstallKey key, Verification found) implements Answer {

    @Override
    public ExitCode exit() {
        return found instanceof Intact ? ExitCode.OK : ExitCode.DIFFERS;
    }

    private String state() {
        if (found instanceof Intact) {
            return "intact";
        }
        if (found instanceof Tampered) {
            return "tampered";
        }
        return found instanceof Foreign ? "foreign" : found instanceof Unmarked ? "unmarked" : "missing";
    }

    private String remark() {
        if (found instanceof Foreign foreign) {
            return ": " + foreign.what();
        }
        return found instanceof Unmarked unmarked ? ": " + unmarked.why() : "";
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.key(key).put("state", state());
        if (found instanceof Tampered tampered) {
            json.set("changed", Json.texts(tampered.changed()));
            json.set("added", Json.texts(tampered.added()));
            json.set("removed", Json.texts(tampered.removed()));
        }
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line(key + " is " + state() + remark());
        if (found instanceof Tampered tampered) {
            tampered.changed().forEach(path -> paper.line("  M " + path));
            tampered.added().forEach(path -> paper.line("  A " + path));
            tampered.removed().forEach(path -> paper.line("  D " + path));
        }
        if (exit() != ExitCode.OK) {
            paper.line("'holdfast repair " + key.plugin() + "' delivers what is recorded again.");
        }
    }
}
