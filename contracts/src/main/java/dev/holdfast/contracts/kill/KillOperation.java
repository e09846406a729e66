package dev.holdfast.contracts.kill;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.delivery.FileStep;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The operations that are broken off, each with the state it starts from and the one it leads to. */
public enum KillOperation {
    /** The first install. */
    INSTALL(
            KillState.NOTHING,
            KillState.V1,
            story -> {},
            (holdfast, place) -> KillStory.install(holdfast, place, "v1.0.0")),

    /** An install of another revision. */
    UPGRADE(
            KillState.V1,
            KillState.V2,
            story -> story.install("v1.0.0"),
            (holdfast, place) -> KillStory.install(holdfast, place, "v2.0.0")),

    /** The way back. */
    ROLLBACK(
            KillState.V2,
            KillState.V1,
            story -> {
                story.install("v1.0.0");
                story.install("v2.0.0");
            },
            (holdfast, place) -> holdfast.rollback(new InstallKey(KillStory.WORKSPACE, KillStory.PLUGIN), "tester")),

    /** The removal. */
    UNINSTALL(
            KillState.V1,
            KillState.NOTHING,
            story -> story.install("v1.0.0"),
            (holdfast, place) -> holdfast.uninstall(new InstallKey(KillStory.WORKSPACE, KillStory.PLUGIN), "tester")),

    /** An install of the recorded revision, whose live link is gone. */
    REINSTALL(
            KillState.DAMAGED,
            KillState.V1,
            story -> {
                story.install("v1.0.0");
                story.onTarget(new FileStep.RemoveTree(KillStory.PLUGIN.value()));
            },
            (holdfast, place) -> KillStory.install(holdfast, place, "v1.0.0")),

    /** A repair from the release that is still there. */
    REPAIR(
            KillState.DAMAGED,
            KillState.V1,
            story -> {
                story.install("v1.0.0");
                story.onTarget(new FileStep.RemoveTree(KillStory.PLUGIN.value()));
            },
            (holdfast, place) -> holdfast.repair(new InstallKey(KillStory.WORKSPACE, KillStory.PLUGIN), "tester")),

    /** An update of the queue. */
    APPLY(
            KillState.V1,
            KillState.V2,
            story -> {
                story.install("v1.0.0");
                story.sweep();
            },
            KillOperation::apply),

    /** An update that fails its probation. */
    PUT_BACK(
            KillState.V1,
            KillState.V1,
            story -> {
                story.install("v1.0.0");
                story.releaseSick();
                story.sweep();
            },
            KillOperation::apply),

    /** A collection with a release, and an upload nobody finished, to remove. */
    COLLECT(
            KillState.V3,
            KillState.V3,
            story -> {
                story.install("v1.0.0");
                story.install("v2.0.0");
                story.release("v3.0.0");
                story.install("v3.0.0");
                story.leaveAnUpload();
                story.pass(Duration.ofHours(2));
            },
            (holdfast, place) -> holdfast.collect()),

    /** A collection that removes the last traces of a plugin. */
    PURGE(
            KillState.NOTHING,
            KillState.NOTHING,
            story -> {
                story.install("v1.0.0");
                story.uninstall();
                story.pass(Duration.ofHours(2));
            },
            (holdfast, place) -> holdfast.collect()),

    /** Recovery of an upgrade that died before its swap. */
    RECOVER_UNDOING(
            KillState.V1,
            KillState.V1,
            story -> story.breakOff(UPGRADE, "after step \\d+ of CopyLink"),
            (holdfast, place) -> holdfast.recover()),

    /** Recovery of an upgrade that died after its swap. */
    RECOVER_FINISHING(
            KillState.SWAPPED,
            KillState.V2,
            story -> story.breakOff(UPGRADE, "after step \\d+ of ReplaceLink"),
            (holdfast, place) -> holdfast.recover()),

    /** Recovery of a removal that died before it began. */
    RECOVER_UNINSTALLING(
            KillState.V1,
            KillState.NOTHING,
            story -> story.breakOff(UNINSTALL, "before script 1"),
            (holdfast, place) -> holdfast.recover()),

    /** Recovery of an update that died after its upload. */
    RECOVER_APPLYING(
            KillState.V1,
            KillState.V1,
            story -> story.breakOff(APPLY, "before script 1"),
            (holdfast, place) -> holdfast.recover()),

    /** Recovery of an update that died on its probation and does not pass it. */
    RECOVER_PUTTING_BACK(
            KillState.SICK,
            KillState.V1,
            story -> story.breakOff(PUT_BACK, "before journal.advance REVERTING"),
            (holdfast, place) -> holdfast.recover());

    private final KillState before;
    private final KillState after;

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas above hold nothing
    private final Consumer<KillStory> preparation;

    @SuppressWarnings("ImmutableEnumChecker")
    private final BiConsumer<Holdfast, KillPlace> work;

    KillOperation(
            KillState before, KillState after, Consumer<KillStory> preparation, BiConsumer<Holdfast, KillPlace> work) {
        this.before = before;
        this.after = after;
        this.preparation = preparation;
        this.work = work;
    }

    private static void apply(Holdfast holdfast, KillPlace place) {
        Update update = KillStory.onlyUpdate(place);
        holdfast.updates().apply(update.id(), update.to(), "tester");
    }

    /** Brings the place to the state it starts from. */
    void prepare(KillStory story) {
        preparation.accept(story);
    }

    /**
     * Performs it with points, to its end or to the point at which it dies; the place was prepared, here or elsewhere.
     */
    public void perform(KillPlace place, Failpoints points) {
        try (Holdfast holdfast = place.node("node-that-dies", new KillVersions(), points)) {
            work.accept(holdfast, place);
            points.end();
        }
    }

    KillState before() {
        return before;
    }

    KillState after() {
        return after;
    }

    /** The states that a reader may find until it was recovered. */
    Set<KillState> seen() {
        return this == PUT_BACK ? EnumSet.of(before, KillState.SICK) : EnumSet.of(before, after);
    }

    /** The states it may be found in once it was recovered. */
    Set<KillState> outcomes() {
        return name().startsWith("RECOVER") ? EnumSet.of(after) : EnumSet.of(before, after);
    }

    /** How its update may stand where its revision is not live. */
    Set<String> updatesThatDidNotCome() {
        return seen().contains(KillState.SICK) ? Set.of("PENDING", "FAILED") : Set.of("PENDING");
    }

    /** Returns whether an update of the queue is part of it. */
    boolean hasUpdate() {
        return EnumSet.of(APPLY, PUT_BACK, RECOVER_APPLYING, RECOVER_PUTTING_BACK)
                .contains(this);
    }
}
