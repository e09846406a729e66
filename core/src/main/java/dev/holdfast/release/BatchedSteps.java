package dev.holdfast.release;

import dev.holdfast.release.FencedScript.Failure;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs any number of steps in order, as scripts that each fit into one command line of any SSH server. What runs may
 * stall between two scripts, just as it may between two steps of one.
 */
final class BatchedSteps {

    /** Small servers take about 8,000 bytes; the root and what a transport adds need some of them. */
    private static final int LONGEST_COMMAND = 7_000;

    private BatchedSteps() {}

    /**
     * Runs the steps.
     *
     * @param unless which steps are left out when their turn comes
     * @param onFailure hears of each step that fails, and throws unless the next ones are to be run all the same
     */
    static void run(
            TargetSession session, List<FileStep> steps, Predicate<FileStep> unless, Consumer<Failure> onFailure) {
        Deque<FileStep> rest = new ArrayDeque<>(steps);
        while (!rest.isEmpty()) {
            rest.removeIf(unless);
            List<FileStep> batch = first(rest);
            int done = batch.size();
            if (!batch.isEmpty() && session.run(new FileScript(batch)) instanceof ScriptResult.Failed failed) {
                done = failed.step() + 1;
                onFailure.accept(new Failure(batch.get(failed.step()), failed));
            }
            for (int i = 0; i < done; i++) {
                rest.removeFirst();
            }
        }
    }

    private static List<FileStep> first(Iterable<FileStep> steps) {
        List<FileStep> batch = new ArrayList<>();
        for (FileStep step : steps) {
            batch.add(step);
            if (batch.size() > 1 && length(batch) > LONGEST_COMMAND) {
                batch.remove(batch.size() - 1);
                break;
            }
        }
        return batch;
    }

    private static int length(List<FileStep> steps) {
        return PosixScript.of("/", new FileScript(steps)).commandLine().length();
    }
}
