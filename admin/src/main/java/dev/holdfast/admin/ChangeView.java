package dev.holdfast.admin;

import dev.holdfast.ChangeReport;
import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a change did, in JSON. */
record ChangeView(
        String kind,
        String workspace,
        String plugin,
        boolean changed,
        @Nullable String from,
        @Nullable String revision,
        @Nullable String version,
        String reload) {

    static ChangeView of(ChangeReport report) {
        Optional<Release> now = report.now();
        return new ChangeView(
                Words.of(report.kind()),
                report.key().workspace().value(),
                report.key().plugin().value(),
                report.changed(),
                report.from().map(Revision::value).orElse(null),
                now.map(release -> release.revision().value()).orElse(null),
                now.flatMap(Release::version).orElse(null),
                reload(report.reload()));
    }

    private static String reload(Reload reload) {
        if (reload instanceof Reload.Failed failed) {
            return "failed: " + failed.why();
        }
        if (reload instanceof Reload.Taken) {
            return "taken";
        }
        return reload instanceof Reload.NotNeeded ? "not-needed" : "by-another-node";
    }
}
