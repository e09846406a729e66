package dev.holdfast.admin;

import dev.holdfast.fleet.FleetRollback;
import dev.holdfast.fleet.FleetRollback.Answer;
import dev.holdfast.fleet.FleetRollback.Failed;
import dev.holdfast.fleet.FleetRollback.RolledBack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of rolling back what a quarantine affects, in JSON.
 *
 * @param left how many were not tried, because it halted
 * @param halted why it halted; null if all were tried
 */
record FleetRollbackView(
        List<AnswerView> answers, int left, @Nullable String halted) {

    /**
     * What became of one install.
     *
     * @param outcome {@code rolled-back} or {@code failed}
     * @param version what is live now, if that has a name
     * @param detail why not
     */
    record AnswerView(
            long quarantine,
            String workspace,
            String plugin,
            int ring,
            String outcome,
            @Nullable String version,
            @Nullable String detail) {

        static AnswerView of(long quarantine, Answer answer) {
            String workspace = answer.key().workspace().value();
            String plugin = answer.key().plugin().value();
            int ring = answer.ring() + 1;
            if (answer.result() instanceof RolledBack back) {
                String version = ChangeView.of(back.report()).version();
                return new AnswerView(quarantine, workspace, plugin, ring, "rolled-back", version, null);
            }
            String why = answer.result() instanceof Failed failed
                    ? failed.why()
                    : answer.result().toString();
            return new AnswerView(quarantine, workspace, plugin, ring, "failed", null, why);
        }
    }

    static FleetRollbackView of(long quarantine, FleetRollback done) {
        return new FleetRollbackView(
                done.answers().stream()
                        .map(answer -> AnswerView.of(quarantine, answer))
                        .toList(),
                done.left(),
                done.halted().orElse(null));
    }
}
