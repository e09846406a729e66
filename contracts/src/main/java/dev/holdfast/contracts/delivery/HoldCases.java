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

    /** What is live, what it replaced, and what is too young to go. */
    private static final int RETAINED = 6;

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

    /** Known failure: over SSH a release that two readers held was reported as one that cannot be removed. */
    @Test
    void allReadersOfOneReleaseAreNamedAndItIsNotStuck() throws Exception {
        install(1);
        sh(functions() + """
                n=0; while [ $n -lt 40 ]; do
                  holdfast_hold "$1" greeter "session-number-$n" || exit
                  n=$((n + 1))
                done""", path());
        installMany(4);

        CollectReport report = collectAfter(Duration.ofHours(2));

        assertThat(report.held())
                .extracting(ReaderHold::holder)
                .doesNotHaveDuplicates()
                .hasSize(40);
        assertThat(report.releases()).isZero();
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

    /**
     * Holders take what is live; all of them look after each upgrade and each collection. In the end one half ends its
     * holds, and the other half is killed.
     */
    final void manyHolders(int holders, int upgrades) throws Exception {
        String taken = path() + ".taken";
        int reads = 0;
        int missing = 0;
        for (int i = 1; i <= upgrades; i++) {
            install(i);
            int each = holders / upgrades;
            sh(functions() + """
                    n=0; while [ $n -lt $3 ]; do
                      holdfast_hold "$1" greeter "s$4-$n" && echo "$HOLDFAST_HOLD $HOLDFAST_RELEASE" >>"$2" || exit
                      n=$((n + 1))
                    done""", path(), taken, Integer.toString(each), Integer.toString(i));
            collectAfter(Duration.ofHours(2));
            missing += Integer.parseInt(sh(functions() + """
                    missing=0; while read -r HOLDFAST_HOLD release; do
                      grep -q "^release " "$release/SKILL.md" && holdfast_refresh || missing=$((missing + 1))
                    done <"$1"; echo "$missing\"""", taken).strip());
            reads += each * i;
        }
        sh(functions() + """
                n=0; while read -r HOLDFAST_HOLD release; do
                  n=$((n + 1)); [ $((n % 2)) -eq 0 ] && holdfast_end || touch -t 200001010000 "$HOLDFAST_HOLD"
                done <"$1"; rm "$1\"""", taken);
        collectAfter(LEASE.plusSeconds(1));
        System.out.printf(
                "%s: %d holders x %d upgrades: %d reads, %d missing%n",
                getClass().getSimpleName(), holders, upgrades, reads, missing);
        assertThat(missing).isZero();
        assertThat(story.list(".holds/greeter")).isEmpty();
        assertThat(story.list(".releases/greeter")).hasSizeLessThanOrEqualTo(RETAINED);
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
