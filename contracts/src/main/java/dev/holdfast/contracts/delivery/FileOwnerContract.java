package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a target does that can give files away, as tests: extend it beside {@link DeliveryTargetContract}. See
 * {@link FileOwner} for what is given.
 */
public abstract class FileOwnerContract {

    private TargetAddress place;
    private TargetSession session;

    /** For subclasses. */
    protected FileOwnerContract() {}

    /** Returns an owner that this test may give files to; best one that is not the target's own account. */
    protected abstract FileOwner owner();

    /** Returns the target under test, which gives what it delivers to {@code owner}. */
    protected abstract DeliveryTarget target(FileOwner owner);

    /** Returns an address that no test has used: neither its directory nor the one above it exists yet. */
    protected abstract TargetAddress address();

    /**
     * Returns {@code user:group} in numbers of what stands below an address, a link not followed, without asking the
     * target.
     */
    protected abstract String owner(TargetAddress address, String path);

    @BeforeEach
    final void openSession() {
        place = address();
        session = target(owner()).open(place, Deadline.after(Duration.ofMinutes(2)));
    }

    @AfterEach
    final void closeSession() {
        session.close();
    }

    private void upload(String directory) {
        session.upload(
                directory,
                Bundles.builder()
                        .directory("empty")
                        .file("d/e/plain", "p")
                        .executable("run", "r")
                        .file(".hidden", "h")
                        .link("way", "d/e/plain")
                        .link("out", "../kept")
                        .link("dangling", "no such/place")
                        .file(".complete", "done")
                        .build(),
                Progress.NONE);
    }

    private void runs(FileStep... steps) {
        assertThat(session.run(FileScript.of(steps))).isEqualTo(new ScriptResult.Completed());
    }

    @Test
    void everythingThatIsDeliveredBelongsToTheOwner() {
        upload("tree");

        assertThat(List.of(
                        "tree",
                        "tree/empty",
                        "tree/d",
                        "tree/d/e",
                        "tree/d/e/plain",
                        "tree/run",
                        "tree/.hidden",
                        "tree/way",
                        "tree/out",
                        "tree/dangling",
                        "tree/.complete"))
                .extracting(path -> owner(place, path))
                .containsOnly(owner().toString());
    }

    /** Who owns the live link or the folder around a release decides what is live. */
    @Test
    void whatIsMadeBesideItDoesNot() {
        runs(new FileStep.WriteFile("kept", "k"));
        upload(".staging/greeter/1");
        runs(
                new FileStep.MakeDirectory(".releases/greeter"),
                new FileStep.Rename(".staging/greeter/1", ".releases/greeter/1"),
                new FileStep.PointLink("greeter", ".releases/greeter/1"));

        assertThat(List.of("kept", ".staging", ".staging/greeter", ".releases", ".releases/greeter", "greeter"))
                .extracting(path -> owner(place, path))
                .containsOnly(owner(place, "."));
        assertThat(owner(place, ".releases/greeter/1")).isEqualTo(owner().toString());
    }

    @Test
    void whatBelongsToAnotherIsReadBackAndRemoved() throws IOException {
        upload("tree");

        SortedMap<String, String> found = Bundles.contents(session.download("tree"));
        assertThat(found).hasSize(10).containsEntry("d/e/plain", "file: p").containsEntry("run", "executable: r");
        runs(new FileStep.RemoveTree("tree"));
        assertThat(session.stat("tree")).isEmpty();
    }
}
