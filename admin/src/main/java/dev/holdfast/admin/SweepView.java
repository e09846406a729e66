package dev.holdfast.admin;

import dev.holdfast.SweepReport;
import java.util.List;

/** What a sweep did, in JSON. */
record SweepView(
        int claimed,
        int resolved,
        int failed,
        int moved,
        int unchanged,
        int lost,
        int absentRefs,
        int queued,
        int superseded,
        int resolvedUpdates,
        int suppressed,
        List<FailureView> failures) {

    /** An upstream that could not be asked. */
    record FailureView(UpstreamView.Name upstream, String reason, String message) {}

    static SweepView of(SweepReport report) {
        return new SweepView(
                report.claimed(),
                report.resolved(),
                report.failed(),
                report.moved(),
                report.unchanged(),
                report.lost(),
                report.absentRefs(),
                report.queued(),
                report.superseded(),
                report.resolvedUpdates(),
                report.suppressed(),
                report.failures().stream()
                        .map(failure -> new FailureView(
                                UpstreamView.Name.of(failure.upstream()),
                                Words.of(failure.reason()),
                                failure.message()))
                        .toList());
    }
}
