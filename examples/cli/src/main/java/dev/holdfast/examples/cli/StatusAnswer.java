package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.spi.trust.Verified;
import java.util.List;
import java.util.Optional;

/** What is recorded, beside what is there and what is known upstream. */
record StatusAnswer(List<Line> lines, List<UpstreamStatus> upstreams, List<Update> pending) implements Answer {

    /** One install, what was seen of it, and what was verified of its revision. */
    record Line(Install install, Look look, Optional<Verified> verified) {

        /** Returns one word for what is there. */
        String state() {
            if (look instanceof Look.Failed) {
                return "unknown";
            }
            Placement placement = ((Look.Seen) look).placement();
            if (placement instanceof Placement.Live live) {
                return live.release().equals(install.release()) ? "live" : "other";
            }
            return placement instanceof Placement.Missing
                    ? "missing"
                    : placement instanceof Placement.Unmarked ? "unmarked" : "foreign";
        }

        /** Returns what a person has to know beyond that word; empty if nothing. */
        String remark() {
            if (look instanceof Look.Failed failed) {
                return failed.failure().message();
            }
            Placement placement = ((Look.Seen) look).placement();
            if (placement instanceof Placement.Unmarked unmarked) {
                return unmarked.why();
            }
            if (placement instanceof Placement.Foreign foreign) {
                return foreign.what();
            }
            boolean other = state().equals("other");
            return other ? "there is " + Words.named(((Placement.Live) placement).release()) : "";
        }
    }

    /** What came of looking at a target. */
    sealed interface Look {

        /** It answered. */
        record Seen(Placement placement) implements Look {}

        /** It could not be asked. */
        record Failed(Failure failure) implements Look {}
    }

    @Override
    public ExitCode exit() {
        boolean unknown = lines.stream().anyMatch(line -> line.state().equals("unknown"));
        boolean differs = lines.stream()
                .anyMatch(line -> !line.state().equals("live") && !line.state().equals("unknown"));
        return differs ? ExitCode.DIFFERS : unknown ? ExitCode.TRY_AGAIN : ExitCode.OK;
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object();
        json.set("installs", Json.array(lines, this::line));
        json.set("upstreams", Json.array(upstreams, StatusAnswer::upstream));
        return json;
    }

    private ObjectNode line(Line line) {
        ObjectNode json =
                Json.install(line.install()).put("state", line.state()).put("remark", line.remark());
        json.set("verified", line.verified().map(Json::verified).orElse(null));
        json.set("pending", waiting(line.install()).map(Json::update).orElse(null));
        return json;
    }

    private static ObjectNode upstream(UpstreamStatus status) {
        return Json.object()
                .put("upstream", status.upstream().key())
                .put("installs", status.installs())
                .put("failures", status.failures())
                .put("lastError", status.lastError().orElse(null))
                .put("failingSince", status.failingSince().map(Object::toString).orElse(null))
                .put("suspended", status.suspended().orElse(null))
                .put("checkedAt", status.checkedAt().map(Object::toString).orElse(null))
                .put("dueAt", status.dueAt().toString());
    }

    @Override
    public void print(Paper paper) {
        if (lines.isEmpty()) {
            paper.line("Nothing is installed.");
            return;
        }
        Table table = Table.of("PLUGIN", "RECORDED", "ON TARGET", "TRACKS", "UPDATE", "UPSTREAM ASKED");
        for (Line line : lines) {
            Install install = line.install();
            table.row(
                    install.key().toString(),
                    Words.named(install.release()),
                    line.state(),
                    install.origin().track().toString(),
                    waiting(install)
                            .map(update -> "#" + update.id() + " to " + Words.named(update.to(), update.version()))
                            .orElse(Words.NOTHING),
                    asked(install, paper.ages()));
        }
        paper.table(table);
        for (Line line : lines) {
            if (!line.remark().isEmpty()) {
                paper.line(line.install().key() + ": " + line.remark());
            }
            line.verified().ifPresent(found -> paper.line(line.install().key() + ": verified by " + found.text()));
        }
        upstreams.forEach(
                status -> status.lastError().ifPresent(error -> paper.line(status.upstream() + ": " + error)));
    }

    private Optional<Update> waiting(Install install) {
        Subject subject = new Subject.PluginSubject(install.key());
        return pending.stream()
                .filter(update -> update.subject().equals(subject))
                .findFirst();
    }

    private String asked(Install install, Ages ages) {
        return upstreams.stream()
                .filter(status -> status.upstream().equals(install.origin().upstream()))
                .findFirst()
                .flatMap(UpstreamStatus::checkedAt)
                .map(ages::ago)
                .orElse("never");
    }
}
