package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import java.util.List;

/**
 * Steps to perform on a target in this order, in one round trip where the target allows it. Data only: it can be
 * printed, compared and performed anywhere.
 *
 * @param steps at least one
 */
public record FileScript(List<FileStep> steps) {

    /** Copies the list and refuses an empty one. */
    public FileScript {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw PermanentException.invalid("script", "", "give at least one step");
        }
    }

    /** Returns whether every step only asks, so that nothing changes whatever becomes of it. */
    public boolean onlyAsks() {
        return steps.stream()
                .allMatch(step -> step instanceof FileStep.SurveyFiles
                        || step instanceof FileStep.ReadLink
                        || step instanceof FileStep.ReadText);
    }

    /** Returns the script of these steps. */
    public static FileScript of(FileStep... steps) {
        return new FileScript(List.of(steps));
    }
}
