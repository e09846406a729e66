package dev.holdfast.fleet;

import dev.holdfast.ChangeReport;
import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What became of rolling back what a quarantine affects.
 *
 * @param answers one for each install that was tried, by ring, workspace, plugin
 * @param left how many were not tried, because it halted
 * @param halted why it halted; empty if all were tried
 */
public record FleetRollback(List<Answer> answers, int left, Optional<String> halted) {

    /** Copies the list. */
    public FleetRollback {
        answers = List.copyOf(answers);
    }

    /**
     * What became of one install.
     *
     * @param key which
     * @param ring its ring, counted from 0
     * @param result what became of it
     */
    public record Answer(InstallKey key, int ring, Result result) {

        /** Returns whether it counts for the halt rules of the plan. */
        boolean counts() {
            return !(result instanceof Failed failed) || !failed.nothingWasDone();
        }

        /** Returns whether it counts as a failure. */
        boolean isFailure() {
            return result instanceof Failed
                    || (result instanceof RolledBack rolledBack
                            && rolledBack.report().reload() instanceof Reload.Failed);
        }
    }

    /** How one ended. */
    public sealed interface Result {}

    /**
     * An earlier good release is live. Counts as a failure if the workspace could not be reloaded.
     *
     * @param report what the rollback did
     */
    public record RolledBack(ChangeReport report) implements Result {}

    /**
     * It was not rolled back.
     *
     * @param reason why, for machines
     * @param why for people
     * @param nothingWasDone its target was away or busy, there is nothing to roll back to, or it was uninstalled
     *     meanwhile: that says nothing about the others, and counts for no halt rule
     */
    public record Failed(Reason reason, String why, boolean nothingWasDone) implements Result {}

    /** Does some work with each of many installs, so many at one time, and returns when all of it is done. */
    @FunctionalInterface
    public interface Turns {

        /** Does it. */
        void each(List<InstallKey> keys, int atOnce, Consumer<InstallKey> work);
    }
}
