package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.release.Adoption;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileStep;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Cases of what stands in the way and is not ours: refused by name, left as it is, never replaced without a word. */
abstract class OccupiedCases extends LifeCases {

    private static final List<String> FOREIGN =
            List.of("/srv/old", "../old", "no/such", ".releases/greeter/current", ".releases/other/x");

    @Test
    void aDirectoryThatSomeoneElsePutThereIsRefusedAndUntouched() {
        story.release("v1.0.0", "one");
        story.onTarget(new FileStep.MakeDirectory("greeter"), new FileStep.WriteFile("greeter/mine", "keep"));

        assertThatThrownBy(() -> story.install("tag:v1.0.0"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OCCUPIED));

        assertThat(story.text("greeter/mine")).isEqualTo("keep");
        assertThat(story.holdfast().installs(story.workspace())).isEmpty();
        assertThat(story.list(".staging/greeter")).isEmpty();
    }

    @Test
    void aForeignLinkAtTheLivePathIsRefusedByNameAndLeftAsItIs() {
        story.release("v1.0.0", "one");
        for (String to : FOREIGN) {
            story.onTarget(new FileStep.RemoveTree("greeter"), new FileStep.PointLink("greeter", to));

            assertOccupied(to, () -> story.install("tag:v1.0.0"));

            assertThat(story.kind("greeter")).isEqualTo("LINK to " + to);
        }
        assertThat(story.list(".previous")).isEmpty();
        assertThat(story.list(".staging/greeter")).isEmpty();
        assertThat(story.holdfast().installs(story.workspace())).isEmpty();
    }

    @Test
    void aForeignLinkInThePlaceOfAReleaseIsLeftByEveryChangeAndTheWayBackStays() {
        story.release("v1.0.0", "one");
        story.release("v2.0.0", "two");
        story.install("tag:v1.0.0");
        story.install("tag:v2.0.0");
        String before = story.kind(".previous/greeter");
        story.onTarget(new FileStep.RemoveTree("greeter"), new FileStep.PointLink("greeter", "../old"));

        assertOccupied("../old", () -> story.install("tag:v1.0.0"));
        assertOccupied("../old", () -> story.rollback());
        assertOccupied("../old", () -> story.repair());
        assertOccupied("../old", () -> story.uninstall());

        assertThat(story.kind("greeter")).isEqualTo("LINK to ../old");
        assertThat(story.kind(".previous/greeter")).isEqualTo(before);
        assertThat(story.holdfast()
                        .placement(new InstallKey(
                                story.workspace(), story.recorded().plugin())))
                .isInstanceOf(Placement.Foreign.class);
        story.onTarget(new FileStep.RemoveTree("greeter"));
        story.repair();
        story.rollback();
        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
    }

    /** No look before the script can see it; the snapshot would name a place that nobody meant. */
    @Test
    void aForeignLinkThatComesAfterTheLookIsRefusedAsWell() {
        story.release("v1.0.0", "one");
        story.target()
                .withinNextScript(
                        step -> step instanceof FileStep.CopyLink,
                        () -> story.onTarget(new FileStep.PointLink("greeter", "/srv/old")));

        assertOccupied("/srv/old", () -> story.install("tag:v1.0.0"));

        assertThat(story.kind("greeter")).isEqualTo("LINK to /srv/old");
        assertThat(story.list(".previous")).isEmpty();
    }

    /** A file manager or an editor leaves files wherever somebody looks. */
    @Test
    void strayFilesInOurFoldersAreNoObstacle() {
        story.release("v1.0.0", "one");
        story.release("v2.0.0", "two");
        story.install("tag:v1.0.0");
        for (String folder : List.of(".fence", ".flip", ".staging", ".releases")) {
            story.onTarget(
                    new FileStep.MakeDirectory(folder + "/greeter"),
                    new FileStep.WriteFile(folder + "/greeter/.DS_Store", "stray"),
                    new FileStep.WriteFile(folder + "/greeter/notes~", "stray"));
        }

        story.install("tag:v2.0.0");
        story.rollback();

        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        story.uninstall();
        story.clock().advance(Duration.ofHours(2));
        assertThat(story.holdfast().collect().failed()).isZero();
        assertThat(story.list(".fence")).isEmpty();
    }

    /** {@code /dev/shm} is a file system of its own on every Linux, also in a container. */
    @Test
    void releasesOnAnotherFileSystemAreRefusedForGood() {
        story.release("v1.0.0", "one");
        String other = "shm/holdfast-" + UUID.randomUUID();
        story.onTarget(
                new FileStep.PointLink("shm", "/dev/shm"),
                new FileStep.MakeDirectory(other),
                new FileStep.PointLink(".releases", "/dev/" + other));
        try {
            assertThatThrownBy(() -> story.install("tag:v1.0.0"))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining(".releases/greeter")
                    .hasMessageContaining("on one file system")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_UNUSABLE);

            assertThat(story.kind("greeter")).isEqualTo("nothing");
            assertThat(story.list(".staging/greeter")).isEmpty();
        } finally {
            story.onTarget(new FileStep.RemoveTree(other));
        }
    }

    @Test
    void aPlaceThatIsALinkToNowhereIsSaidToBeOne() {
        TargetAddress real = story.address();
        story.onTarget(new FileStep.MakeDirectory("other"), new FileStep.PointLink("dangling", "no/such"));
        TargetAddress link = new TargetAddress(real.scheme(), real.authority(), real.path() + "/dangling");
        try (PluginStory there = new PluginStory(target(), link, Adoption.REFUSE)) {
            there.release("v1.0.0", "one");

            assertThatThrownBy(() -> there.install("tag:v1.0.0"))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("is a link to '")
                    .hasMessageContaining("no/such'")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_UNUSABLE);
        }
        assertThat(story.kind("dangling")).isEqualTo("LINK to no/such");
    }

    private static void assertOccupied(String name, ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("a link to '" + name + "'")
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.OCCUPIED);
    }
}
