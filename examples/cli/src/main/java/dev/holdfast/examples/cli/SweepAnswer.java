package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastEvent.RefRewritten;
import dev.holdfast.SweepReport;
import dev.holdfast.spi.Update;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** What a sweep found: one report for each call, and what was told meanwhile. */
record SweepAnswer(List<SweepReport> reports, List<HoldfastEvent> events) implements Answer {

    @Override
    public ExitCode exit() {
        if (failures().stream().anyMatch(SweepReport.Failure::passing)) {
            return ExitCode.TRY_AGAIN;
        }
        return failures().stream()
                .findFirst()
                .map(failure -> ExitCode.ofPermanent(failure.reason()))
                .orElse(ExitCode.OK);
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object()
                .put("asked", sum(SweepReport::claimed))
                .put("notDue", sum(report -> report.census().waiting()))
                .put("askedElsewhere", sum(report -> report.census().claimed()))
                .put("suspended", sum(report -> report.census().suspended()))
                .put("moved", sum(SweepReport::moved))
                .put("unchanged", sum(SweepReport::unchanged))
                .put("failed", sum(SweepReport::failed))
                .put("lost", sum(SweepReport::lost))
                .put("absentRefs", sum(SweepReport::absentRefs))
                .put("superseded", sum(SweepReport::superseded))
                .put("resolved", sum(SweepReport::resolvedUpdates))
                .put("suppressed", sum(SweepReport::suppressed))
                .put("left", sum(SweepReport::left));
        json.set("queued", Json.array(queued(), Json::update));
        json.set("rewritten", Json.array(rewritten(), SweepAnswer::alarm));
        json.set("failures", Json.array(failures(), SweepAnswer::failure));
        return json;
    }

    @Override
    public void print(Paper paper) {
        paper.line("asked " + Words.count(sum(SweepReport::claimed), "upstream") + ": "
                + sum(SweepReport::moved) + " moved, "
                + sum(SweepReport::unchanged) + " unchanged, "
                + sum(SweepReport::failed) + " failed");
        counted(paper, sum(report -> report.census().waiting()), "upstream", "not due yet");
        counted(paper, sum(report -> report.census().claimed()), "upstream", "being asked by somebody else");
        counted(paper, sum(report -> report.census().suspended()), "upstream", "suspended");
        counted(paper, sum(SweepReport::superseded), "older update", "superseded");
        counted(paper, sum(SweepReport::resolvedUpdates), "update", "no longer needed");
        counted(paper, sum(SweepReport::suppressed), "install", "left alone: that revision was dismissed or is bad");
        counted(paper, sum(SweepReport::left), "upstream", "left for the next sweep: the time for this one was over");
        counted(paper, sum(SweepReport::absentRefs), "tracked ref", "gone upstream");
        if (!queued().isEmpty()) {
            paper.line("queued " + Words.count(queued().size(), "update") + ":");
            paper.table(UpdatesAnswer.table(queued(), paper.ages()));
        }
        rewritten().forEach(alarm -> paper.line("ALARM: " + sentence(alarm)));
        told(HoldfastEvent.TagsUnread.class)
                .forEach(told ->
                        paper.line(told.upstream() + ": " + told.unread().text()));
        failures().forEach(failure -> failed(paper, failure));
    }

    private static void failed(Paper paper, SweepReport.Failure failure) {
        String next = failure.passing() ? "it is tried again later" : "trying again does not help";
        paper.line("failed: " + failure.message() + " (" + failure.reason() + "); " + next);
        Failure.option(failure.message()).ifPresent(option -> paper.line("        here: " + option));
    }

    private static void counted(Paper paper, int number, String noun, String what) {
        if (number > 0) {
            paper.line(Words.count(number, noun) + " " + what);
        }
    }

    private int sum(ToIntFunction<SweepReport> count) {
        return reports.stream().mapToInt(count).sum();
    }

    private List<Update> queued() {
        return told(HoldfastEvent.UpdateQueued.class)
                .map(HoldfastEvent.UpdateQueued::update)
                .toList();
    }

    private List<RefRewritten> rewritten() {
        return told(RefRewritten.class).toList();
    }

    private List<SweepReport.Failure> failures() {
        return reports.stream().flatMap(report -> report.failures().stream()).toList();
    }

    private <T extends HoldfastEvent> Stream<T> told(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    private static String sentence(RefRewritten alarm) {
        return alarm.ref() + " of " + alarm.upstream() + " was moved from "
                + alarm.installed().abbreviated() + " to " + alarm.now().abbreviated() + ", with "
                + Words.count(alarm.installs(), "install") + " of it; no update was queued";
    }

    private static ObjectNode alarm(RefRewritten alarm) {
        return Json.object()
                .put("upstream", alarm.upstream().key())
                .put("ref", alarm.ref().toString())
                .put("installed", alarm.installed().value())
                .put("now", alarm.now().value())
                .put("installs", alarm.installs());
    }

    private static ObjectNode failure(SweepReport.Failure failure) {
        return Json.object()
                .put("upstream", failure.upstream().key())
                .put("reason", failure.reason().name())
                .put("message", failure.message());
    }
}
