package dev.holdfast;

import dev.holdfast.internal.Workers;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One decision about many updates: so many at one time, and an answer for each. */
final class ManyUpdates {

    static final int MOST = 1000;

    private static final int AT_ONCE = 8;

    private final Workers workers;
    private final List<ReviewedUpdate> reviewed;
    private final Consumer<BulkAnswer> told;
    private final AtomicReferenceArray<BulkAnswer> answers;

    ManyUpdates(Workers workers, List<ReviewedUpdate> reviewed, Consumer<BulkAnswer> told) {
        if (reviewed.size() > MOST) {
            throw PermanentException.invalid(
                    "updates", reviewed.size() + " updates", "decide about at most " + MOST + " in one call");
        }
        this.workers = workers;
        this.reviewed = List.copyOf(reviewed);
        this.told = told;
        this.answers = new AtomicReferenceArray<>(reviewed.size());
    }

    /** Decides on all of them. A caller that is interrupted stops waiting; those that have begun end. */
    List<BulkAnswer> decide(Function<ReviewedUpdate, ApplyResult> decision) {
        List<Integer> places = IntStream.range(0, reviewed.size()).boxed().toList();
        return workers.outliving("deciding on " + reviewed.size() + " updates", () -> {
            workers.each(places, AT_ONCE, place -> decide(place, decision));
            return places.stream().map(answers::get).toList();
        });
    }

    private void decide(int place, Function<ReviewedUpdate, ApplyResult> decision) {
        ReviewedUpdate update = reviewed.get(place);
        BulkAnswer answer = new BulkAnswer(update.id(), contained(update, decision));
        answers.set(place, answer);
        told.accept(answer);
    }

    /** One that fails keeps no other from its turn. */
    private static ApplyResult contained(ReviewedUpdate update, Function<ReviewedUpdate, ApplyResult> decision) {
        try {
            return decision.apply(update);
        } catch (HoldfastException e) {
            return new ApplyResult.Failed(e.reason(), String.valueOf(e.getMessage()));
        }
    }
}
