package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One fresh place for each case, and short words for what cases do there. */
abstract class TargetPlace {

    /** A hundred and eighty scripts one after another, on a busy machine. */
    private static final Duration LONGEST_CASE = Duration.ofMinutes(8);

    TargetAddress place;
    TargetSession session;

    protected abstract DeliveryTarget target();

    protected abstract TargetAddress address();

    protected abstract String permissions(TargetAddress address, String path);

    protected abstract void changeMode(TargetAddress address, String path, String mode);

    @BeforeEach
    final void openSession() {
        place = address();
        session = open();
    }

    @AfterEach
    final void closeSession() {
        session.close();
    }

    final TargetSession open() {
        return target().open(place, Deadline.after(LONGEST_CASE));
    }

    final void upload(String directory, Bundle bundle) {
        session.upload(directory, bundle, Progress.NONE);
    }

    final ScriptResult run(FileStep... steps) {
        return session.run(FileScript.of(steps));
    }

    /** Runs steps that prepare a case. */
    final void given(FileStep... steps) {
        assertThat(run(steps)).isEqualTo(new ScriptResult.Completed());
    }

    final void runs(FileStep... steps) {
        assertThat(run(steps)).isEqualTo(new ScriptResult.Completed());
    }

    /** Runs one step between two others and asserts that it fails and nothing after it was tried. */
    final ScriptResult.Failed refuses(FileStep step) {
        ScriptResult result =
                run(new FileStep.MakeDirectory("before"), step, new FileStep.WriteFile("after", "never written"));
        assertThat(result).isInstanceOf(ScriptResult.Failed.class);
        ScriptResult.Failed failed = (ScriptResult.Failed) result;
        assertThat(failed.step()).isEqualTo(1);
        assertThat(kind("before")).isEqualTo("DIRECTORY");
        assertThat(kind("after")).isEqualTo("nothing");
        return failed;
    }

    /** Returns what stands at a path: its kind, with the target of a link, or {@code nothing}. */
    final String kind(String path) {
        return kind(session, path);
    }

    static String kind(TargetSession session, String path) {
        Optional<TargetSession.Entry> entry = session.stat(path);
        entry.ifPresent(e -> assertThat(e.name()).isEqualTo(path.substring(path.lastIndexOf('/') + 1)));
        return entry.map(e -> e.kind() + e.linkTarget().map(to -> " to " + to).orElse(""))
                .orElse("nothing");
    }

    final String text(String path) {
        return session.read(path, 10_000)
                .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                .orElse("nothing");
    }

    final SortedMap<String, String> downloaded(String directory) {
        try (Bundle bundle = session.download(directory)) {
            return Bundles.contents(bundle);
        } catch (IOException e) {
            throw new AssertionError("the download ended early", e);
        }
    }
}
