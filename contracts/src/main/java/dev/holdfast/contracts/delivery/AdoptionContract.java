package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.CollectReport;
import dev.holdfast.release.Adoption;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileStep;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a plain directory that stands at the live path, under each {@link Adoption}, as tests of the whole
 * engine over the target under test: it is replaced by one whole version or left as it is, whatever breaks. Extend it
 * beside {@link PluginLifeContract}.
 */
public abstract class AdoptionContract {

    private Optional<PluginStory> story = Optional.empty();

    /** For subclasses. */
    protected AdoptionContract() {}

    /** Returns the target under test. */
    protected abstract DeliveryTarget target();

    /** Returns an address that no test has used. */
    protected abstract TargetAddress address();

    @AfterEach
    final void end() {
        story.ifPresent(PluginStory::close);
    }

    /** A directory {@code greeter} that somebody made, and a version to install over it. */
    private PluginStory occupied(Adoption adoption) {
        PluginStory made = new PluginStory(target(), address(), adoption);
        story = Optional.of(made);
        made.release("v1.0.0", "one");
        made.onTarget(new FileStep.MakeDirectory("greeter/deep"), new FileStep.WriteFile("greeter/deep/mine", "keep"));
        return made;
    }

    @Test
    void acrossAGapTheDirectoryMakesWayAndIsKeptForTheGrace() {
        PluginStory plugin = occupied(Adoption.GAP);

        plugin.install("tag:v1.0.0");

        assertThat(plugin.live()).containsEntry("SKILL.md", "file: one");
        plugin.assertRecordAgrees();
        String kept = adopted(plugin) + "/greeter/deep/mine";
        assertThat(plugin.text(kept)).isEqualTo("keep");
        plugin.holdfast().collect();
        assertThat(plugin.text(kept)).as("within the grace").isEqualTo("keep");
        plugin.clock().advance(Duration.ofHours(2));
        plugin.holdfast().collect();
        assertThat(plugin.kind(adopted(plugin))).isEqualTo("nothing");
        assertThat(plugin.live()).containsEntry("SKILL.md", "file: one");
    }

    @Test
    void afterAnAdoptionUpgradesAndRollbackGoOnAsEver() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.install("tag:v1.0.0");
        plugin.release("v2.0.0", "two");

        plugin.install("tag:v2.0.0");
        assertThat(plugin.live()).containsEntry("SKILL.md", "file: two");
        plugin.rollback();

        assertThat(plugin.live()).containsEntry("SKILL.md", "file: one");
        plugin.assertRecordAgrees();
    }

    @Test
    void aScriptThatDiesInTheGapHasTheDirectoryPutBack() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.target().withinNextScript(AdoptionContract::links, AdoptionContract::lost);

        assertThatThrownBy(() -> plugin.install("tag:v1.0.0")).isInstanceOf(TransientException.class);

        assertUntouched(plugin);
        plugin.install("tag:v1.0.0");
        plugin.assertRecordAgrees();
    }

    @Test
    void aTargetThatGoesDownInTheGapHasTheDirectoryPutBackWhenItIsUp() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.target().withinNextScript(AdoptionContract::links, () -> {
            plugin.target().down(true);
            lost();
        });
        assertThatThrownBy(() -> plugin.install("tag:v1.0.0")).isInstanceOf(TransientException.class);

        plugin.target().down(false);
        assertThat(plugin.kind("greeter")).as("the gap").isEqualTo("nothing");
        plugin.clock().advance(Duration.ofMinutes(10));
        plugin.other().recover();

        assertUntouched(plugin);
        assertThat(plugin.other().recover().items()).isEmpty();
    }

    @Test
    void aDeliveryThatStallsBeforeTheGapPastItsLeaseMovesNothing() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.release("v3.0.0", "three");
        plugin.target().withinNextScript(AdoptionContract::moves, () -> {
            plugin.clock().advance(Duration.ofMinutes(10));
            plugin.other().recover();
            plugin.other().install(plugin.request("tag:v3.0.0"));
        });

        assertRefused(Reason.FENCED, () -> plugin.install("tag:v1.0.0"));

        assertThat(plugin.live()).containsEntry("SKILL.md", "file: three");
        assertThat(plugin.text(adopted(plugin) + "/greeter/deep/mine")).isEqualTo("keep");
        plugin.assertRecordAgrees();
    }

    @Test
    void aDeliveryThatStallsInTheGapPastItsLeaseFindsTheDirectoryReplaced() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.release("v3.0.0", "three");
        plugin.target().withinNextScript(AdoptionContract::links, () -> {
            plugin.clock().advance(Duration.ofMinutes(10));
            plugin.other().recover();
            assertThat(plugin.text("greeter/deep/mine")).isEqualTo("keep");
            plugin.other().install(plugin.request("tag:v3.0.0"));
        });

        assertRefused(Reason.FENCED, () -> plugin.install("tag:v1.0.0"));

        assertThat(plugin.live()).containsEntry("SKILL.md", "file: three");
        plugin.assertRecordAgrees();
    }

    @Test
    void aDirectoryThatCannotBeMovedIsRefusedUntouched() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.target().withinNextScript(AdoptionContract::moves, () -> {
            String place = plugin.list(".releases/greeter").stream()
                    .filter(name -> name.startsWith("adopted-"))
                    .findFirst()
                    .orElseThrow();
            plugin.onTarget(new FileStep.MakeDirectory(".releases/greeter/" + place + "/greeter"));
        });

        assertRefused(Reason.OCCUPIED, () -> plugin.install("tag:v1.0.0"));

        assertThat(plugin.text("greeter/deep/mine")).isEqualTo("keep");
        assertThat(plugin.holdfast().installs(plugin.workspace())).isEmpty();
        assertCollectedAway(plugin);
    }

    /** It is exchanged in one step, or refused: a target that cannot do the one never falls back to a gap. */
    @Test
    void byExchangeTheDirectoryMakesWayOrIsRefusedUntouched() {
        PluginStory plugin = occupied(Adoption.EXCHANGE);
        HoldfastException refusal = catchThrowableOfType(HoldfastException.class, () -> plugin.install("tag:v1.0.0"));

        if (refusal == null) {
            plugin.assertRecordAgrees();
            assertThat(plugin.text(adopted(plugin) + "/greeter/deep/mine")).isEqualTo("keep");
        } else {
            assertThat(refusal.reason()).isEqualTo(Reason.OCCUPIED);
            assertUntouched(plugin);
        }
    }

    /**
     * A store that was lost counts its epochs from one again, and meets what the old one left under the same number.
     */
    @Test
    void whatARefusedGapLeftIsNoObstacleToAnExchangeWithAFreshStore() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.target().withinNextScript(AdoptionContract::moves, AdoptionContract::lost);
        assertThatThrownBy(() -> plugin.install("tag:v1.0.0")).isInstanceOf(TransientException.class);
        plugin.forgetEverything(Adoption.EXCHANGE);

        HoldfastException refusal = catchThrowableOfType(HoldfastException.class, () -> plugin.install("tag:v1.0.0"));

        if (refusal == null) {
            plugin.assertRecordAgrees();
        } else {
            assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(Reason.OCCUPIED);
            assertThat(plugin.text("greeter/deep/mine")).isEqualTo("keep");
        }
    }

    @Test
    void aForeignLinkIsRefusedWhateverTheAdoption() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.onTarget(new FileStep.RemoveTree("greeter"), new FileStep.PointLink("greeter", "/srv/old"));

        assertRefused(Reason.OCCUPIED, () -> plugin.install("tag:v1.0.0"));

        assertThat(plugin.kind("greeter")).isEqualTo("LINK to /srv/old");
    }

    @Test
    void aFileAtTheLivePathIsRefusedWhateverTheAdoption() {
        PluginStory plugin = occupied(Adoption.GAP);
        plugin.onTarget(new FileStep.RemoveTree("greeter"), new FileStep.WriteFile("greeter", "a file"));

        assertRefused(Reason.OCCUPIED, () -> plugin.install("tag:v1.0.0"));

        assertThat(plugin.text("greeter")).isEqualTo("a file");
    }

    @Test
    void whatARefusedDeliveryLeftIsCollectedBesideTheDirectory() {
        PluginStory plugin = occupied(Adoption.REFUSE);
        assertRefused(Reason.OCCUPIED, () -> plugin.install("tag:v1.0.0"));

        assertCollectedAway(plugin);
    }

    private static boolean moves(FileStep step) {
        return step instanceof FileStep.Rename rename && rename.from().equals("greeter");
    }

    private static boolean links(FileStep step) {
        return step instanceof FileStep.ReplaceLink replace && replace.to().equals("greeter");
    }

    private static void lost() {
        throw new TransientException(Reason.UNREACHABLE, "the connection was lost, as the test wants it; look again");
    }

    private static void assertRefused(Reason reason, ThrowingCallable delivery) {
        assertThatThrownBy(delivery)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static String adopted(PluginStory plugin) {
        return ".releases/greeter/adopted-" + plugin.recorded().release().stamp();
    }

    private static void assertUntouched(PluginStory plugin) {
        assertThat(plugin.text("greeter/deep/mine")).isEqualTo("keep");
        assertThat(plugin.holdfast().installs(plugin.workspace())).isEmpty();
        assertThat(plugin.list(".releases/greeter")).isEmpty();
        assertThat(plugin.list(".staging/greeter")).isEmpty();
    }

    private static void assertCollectedAway(PluginStory plugin) {
        plugin.clock().advance(Duration.ofHours(2));

        CollectReport report = plugin.holdfast().collect();

        assertThat(report.failed()).isZero();
        assertThat(plugin.text("greeter/deep/mine")).isEqualTo("keep");
        assertThat(plugin.list(".releases")).isEmpty();
        assertThat(plugin.list(".fence")).isEmpty();
    }
}
