package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ChangeReport;
import dev.holdfast.CollectReport;
import dev.holdfast.ReaderHold;
import dev.holdfast.release.HoldFunctions;
import dev.holdfast.release.ReaderHolds;
import dev.holdfast.spi.delivery.FileStep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reader inside the place may rely on that holds the release it uses. */
abstract class HoldCases extends LifeCases {

    private static final Duration LEASE = ReaderHolds.standard().lease();

    protected abstract String sh(String line, String... arguments) throws Exception;

    /** Known failure: a session that had resolved its release once lost its files after the third upgrade. */
    @Test
    void aReleaseThatAReaderHoldsStaysUntilTheHoldEnds() throws Exception {
        install(1);
        Taken taken = take("session-1", "");
        installMany(4);

        CollectReport report = collectAfter(Duration.ofHours(2));

        assertThat(report.releases()).isZero();
        assertThat(report.held()).extracting(ReaderHold::holder).singleElement().isEqualTo(taken.holder());
        assertThat(sh("cat \"$1/SKILL.md\"", taken.release())).isEqualTo("release 1");
        assertThat(story.text(taken.below() + "/.complete")).contains("\nend ");
        assertThat(with(taken, "holdfast_refresh && echo held")).isEqualTo("held");

        with(taken, "holdfast_end");

        assertThat(collectAfter(LEASE.plusSeconds(1)).releases()).isEqualTo(1);
        assertThat(story.kind(taken.below())).isEqualTo("nothing");
        assertThat(story.list(".holds/greeter")).isEmpty();
    }

    @Test
    void aHolderThatIsGoneOrSilentKeepsNothing() throws Exception {
        install(1);
        Taken gone = take("gone", "$$");
        Taken silent = take("silent", "");
        sh("touch -t 200001010000 \"$1\"", silent.hold());
        installMany(4);

        CollectReport report = collectAfter(Duration.ofHours(2));

        assertThat(report.held()).isEmpty();
        assertThat(story.kind(gone.below())).isEqualTo("nothing");
        assertThat(story.list(".holds/greeter")).isEmpty();
        assertThat(with(silent, "holdfast_refresh || echo ended")).isEqualTo("ended");
    }

    @Test
    void anUninstallTakesThePluginAwayAndLeavesWhatAReaderHolds() throws Exception {
        install(1);
        Taken taken = take("session-1", "");

        ChangeReport uninstalled = story.uninstall();
        CollectReport report = collectAfter(Duration.ofHours(2));

        assertThat(story.kind("greeter")).isEqualTo("nothing");
        assertThat(uninstalled.held()).extracting(ReaderHold::holder).containsExactly(taken.holder());
        assertThat(report.held()).hasSize(1);
        assertThat(sh("cat \"$1/SKILL.md\"", taken.release())).isEqualTo("release 1");
        with(taken, "holdfast_end");
        collectAfter(LEASE.plusSeconds(1));
        for (String emptied : List.of(".releases", ".holds", ".fence", ".flip")) {
            assertThat(story.list(emptied)).as(emptied).isEmpty();
        }
    }

    /** The release that the reader resolved is on its way out: its marker is gone, its files are not yet. */
    @Test
    void aReaderThatComesTooLateToHoldIsToldAndLeavesNoTrace() throws Exception {
        install(1);
        Taken first = take("first", "");
        story.onTarget(new FileStep.RemoveTree(first.below() + "/.complete"));

        String said = sh(functions() + "holdfast_hold \"$1\" greeter late || echo \"refused $?\"", path());

        assertThat(said.strip()).isEqualTo("refused 1");
        assertThat(story.list(".holds/greeter")).hasSize(1);
    }

    /** A hold as the functions for POSIX shells take it. */
    private record Taken(String hold, String release) {

        String holder() {
            String name = hold.substring(hold.lastIndexOf('/') + 1);
            return name.substring(name.indexOf('.') + 1);
        }

        String below() {
            return release.substring(release.indexOf("/.releases/") + 1);
        }
    }

    private Taken take(String holder, String process) throws Exception {
        String said = sh(
                functions() + "holdfast_hold \"$1\" greeter \"$2\" " + process
                        + " && echo \"$HOLDFAST_HOLD\" && echo \"$HOLDFAST_RELEASE\"",
                path(),
                holder);
        List<String> lines = said.lines().toList();
        assertThat(lines).as(said).hasSize(2);
        return new Taken(lines.get(0), lines.get(1));
    }

    private String with(Taken taken, String command) throws Exception {
        return sh(functions() + "HOLDFAST_HOLD=$1\n" + command, taken.hold()).strip();
    }

    private String path() {
        return story.address().path();
    }

    private void installMany(int last) {
        for (int i = 2; i <= last; i++) {
            install(i);
        }
    }

    private void install(int version) {
        story.release("v" + version + ".0.0", "release " + version);
        story.install("tag:v" + version + ".0.0");
    }

    private CollectReport collectAfter(Duration time) {
        story.clock().advance(time);
        CollectReport report = story.holdfast().collect();
        assertThat(report.failed()).isZero();
        assertThat(report.stuck()).isEmpty();
        return report;
    }

    private static String functions() throws IOException {
        return HoldFunctions.SH.text();
    }
}
