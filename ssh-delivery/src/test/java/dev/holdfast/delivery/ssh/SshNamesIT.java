package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a name or a value can do to a host: nothing. */
final class SshNamesIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path place;

    /** Known failure: over SSH such a name ran as a command, as root. */
    @ParameterizedTest
    @ValueSource(strings = {".", ".staging", "-rf", "a;b", "a b", "a'b", "a\"b", "a\nb", "$(id)", "`id`", "a/b", ""})
    void aNameThatAShellWouldReadTwiceIsNoPluginName(String name) {
        assertThatThrownBy(() -> PluginName.of(name))
                .isInstanceOf(PermanentException.class)
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.INVALID_VALUE);
    }

    /** Known failure: the path of an address, a link, a text. */
    @Test
    @Needs(Facility.SSHD)
    void valuesReachTheRemoteShellAsData() throws IOException {
        String hostile = "it's; touch pwned; $(touch pwned) `touch pwned` \"$HOME\" & !x #";
        try (LocalSshd sshd = LocalSshd.start();
                SshTarget target = sshd.target().build()) {
            TargetSession session = target.open(
                    new TargetAddress("ssh", sshd.authority(), place + "/" + hostile), Deadline.after(LONG));
            session.upload(hostile, Bundles.of(hostile, hostile), Progress.NONE);

            ScriptResult result = session.run(FileScript.of(
                    new FileStep.PointLink("link", hostile), new FileStep.WriteFile("text", hostile + "\n")));

            assertThat(result).isEqualTo(new ScriptResult.Completed());
            assertThat(session.list(".staging")).isEmpty();
            assertThat(session.stat("link").orElseThrow().linkTarget()).contains(hostile);
            assertThat(place.resolve(hostile).resolve(hostile).resolve(hostile)).hasContent(hostile);
            assertThat(place.resolve(hostile).resolve("text")).hasContent(hostile + "\n");
            assertThat(place).isDirectoryContaining(path -> path.endsWith(hostile));
            assertThat(place.toFile().list()).hasSize(1);
            assertThat(place.resolve(hostile).resolve("pwned")).doesNotExist();
        }
    }

    /** Known failure: over SSH the live tree was removed first, and the new one unpacked in its place. */
    @Test
    @Needs(Facility.SSHD)
    void anUploadNeverRemovesWhatIsLive() throws IOException {
        try (LocalSshd sshd = LocalSshd.start();
                SshTarget target = sshd.target().build()) {
            TargetSession session =
                    target.open(new TargetAddress("ssh", sshd.authority(), place.toString()), Deadline.after(LONG));
            session.upload("greeter", Bundles.of("SKILL.md", "old"), Progress.NONE);
            Bundle broken =
                    Bundles.builder().failing("SKILL.md", 9, 1, "broken").build();

            assertThatThrownBy(() -> session.upload("greeter", broken, Progress.NONE))
                    .isInstanceOf(HoldfastException.class);

            assertThat(place.resolve("greeter/SKILL.md")).hasContent("old");
        }
    }
}
