package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Cases of looking: what is there, what is not, and that an error is neither. */
abstract class StateCases extends TransferCases {

    @Test
    void aPlaceThatDoesNotExistYetIsEmpty() {
        assertThat(session.stat("greeter")).isEmpty();
        assertThat(session.list(".releases")).isEmpty();
        assertThat(session.read("greeter/.complete", 100)).isEmpty();
        assertRefused(Reason.TARGET_NOT_FOUND, () -> downloaded("greeter"));
    }

    @Test
    void aScriptRunsWhereTheDirectoryDoesNotExistYet() {
        runs(new FileStep.Require("greeter", FileStep.Expected.ABSENT), new FileStep.MakeDirectory(".fence/greeter"));

        assertThat(kind(".fence/greeter")).isEqualTo("DIRECTORY");
    }

    @Test
    void statSaysWhatStandsThereAndFollowsNoLink() {
        given(
                new FileStep.MakeDirectory("directory"),
                new FileStep.WriteFile("directory/file", "f"),
                new FileStep.PointLink("link", "directory"),
                new FileStep.PointLink("dangling", "no/such"));

        assertThat(kind("directory")).isEqualTo("DIRECTORY");
        assertThat(kind("directory/file")).isEqualTo("FILE");
        assertThat(kind("link")).isEqualTo("LINK to directory");
        assertThat(kind("dangling")).isEqualTo("LINK to no/such");
        assertThat(kind("link/file")).isEqualTo("FILE");
        assertThat(kind("absent")).isEqualTo("nothing");
        assertThat(kind("directory/file/below")).isEqualTo("nothing");
        assertThat(kind("dangling/below")).isEqualTo("nothing");
    }

    @Test
    void listShowsHiddenNamesAndEveryKind() {
        given(
                new FileStep.MakeDirectory("d/.releases"),
                new FileStep.MakeDirectory("d/..odd"),
                new FileStep.WriteFile("d/a file * with ' \" $x", ""),
                new FileStep.PointLink("d/link", "to: 'there' $HOME ü"));

        assertThat(session.list("d"))
                .extracting(
                        TargetSession.Entry::name,
                        e -> e.kind().name(),
                        e -> e.linkTarget().orElse(""))
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(".releases", "DIRECTORY", ""),
                        org.assertj.core.groups.Tuple.tuple("..odd", "DIRECTORY", ""),
                        org.assertj.core.groups.Tuple.tuple("a file * with ' \" $x", "FILE", ""),
                        org.assertj.core.groups.Tuple.tuple("link", "LINK", "to: 'there' $HOME ü"));
    }

    @Test
    void listOfWhatIsNoDirectoryIsEmpty() {
        given(new FileStep.WriteFile("file", "f"), new FileStep.MakeDirectory("empty"));

        assertThat(session.list("absent")).isEmpty();
        assertThat(session.list("file")).isEmpty();
        assertThat(session.list("empty")).isEmpty();
    }

    @Test
    void readGivesTheBytesOfAFileAndOfNothingElse() {
        byte[] bytes = {0, 1, '\n', (byte) 0xff, '\r', 0, '\n', '\n'};
        upload(
                "d",
                Bundles.builder()
                        .file("bytes", bytes)
                        .file("empty", "")
                        .link("link", "bytes")
                        .build());

        assertThat(session.read("d/bytes", 8))
                .hasValueSatisfying(read -> assertThat(read).isEqualTo(bytes));
        assertThat(session.read("d/empty", 8))
                .hasValueSatisfying(read -> assertThat(read).isEmpty());
        assertThat(session.read("d/link", 8)).isEmpty();
        assertThat(session.read("d", 8)).isEqualTo(Optional.empty());
        assertThat(session.read("d/absent", 8)).isEmpty();
    }

    @Test
    void readRefusesAFileThatIsTooLarge() {
        upload(
                "d",
                Bundles.builder()
                        .file("nine", "123456789")
                        .generated("big", 5_000_000)
                        .build());

        assertThat(session.read("d/nine", 9)).isPresent();
        assertRefused(Reason.TOO_LARGE, () -> session.read("d/nine", 8));
        assertRefused(Reason.TOO_LARGE, () -> session.read("d/big", 1000));
    }

    @Test
    void pathsThatLeaveThePlaceAreRefusedBeforeAnythingHappens() {
        for (String path : new String[] {"", "/etc", "../x", "a/../b", "a//b", "-rf", "a/-b", "a\nb", "."}) {
            isRefused(path, "stat", () -> session.stat(path));
            isRefused(path, "list", () -> session.list(path));
            isRefused(path, "read", () -> session.read(path, 1));
            isRefused(path, "download", () -> session.download(path));
            isRefused(path, "upload", () -> upload(path, Bundles.of("a", "b")));
        }
    }

    private static void isRefused(String path, String method, ThrowingCallable call) {
        assertThatThrownBy(call, "%s of '%s' is refused, as FileStep.Paths.check does", method, path)
                .isInstanceOf(PermanentException.class);
    }

    @Test
    void nothingStartsAfterTheDeadline() {
        assertThatThrownBy(() -> {
                    try (TargetSession late = target().open(place, Deadline.after(Duration.ZERO))) {
                        late.upload("tree", Bundles.of("a", "b"), Progress.NONE);
                    }
                })
                .isInstanceOf(TransientException.class)
                .extracting(e -> ((TransientException) e).reason())
                .isEqualTo(Reason.TIMEOUT);

        assertThat(kind("tree/a")).isEqualTo("nothing");
    }

    @Test
    void aSessionCanBeClosedTwice() {
        TargetSession other = open();

        other.close();
        other.close();

        assertThat(kind("greeter")).isEqualTo("nothing");
    }
}
