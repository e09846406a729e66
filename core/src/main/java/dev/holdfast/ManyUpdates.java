package dev.holdfast;

import dev.holdfast.internal.Workers;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;

/** One decision about many updates: so many at one time, and an answer for each. */
final class ManyUpdates {

    static final int MOST = 1000;

    private static final int AT_ONCE = 8;

    private final Workers workers;
    private final List<ReviewedUpdate> reviewed;
    private final Consumer<BulkAnswer> told;
    private final AtomicReferenceArray<BulkAnswer> answers;
    private final AtomicInteger next = new AtomicInteger();

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
        workers.outliving("deciding on " + reviewed.size() + " updates", () -> {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONCE, reviewed.size()); i++) {
                running.add(workers.submit(() -> takeTurns(decision)));
            }
            Workers.awaitAll(running);
            return running.size();
        });
        List<BulkAnswer> all = new ArrayList<>();
        for (int i = 0; i < reviewed.size(); i++) {
            all.add(answers.get(i));
        }
        return List.copyOf(all);
    }

    private void takeTurns(Function<ReviewedUpdate, ApplyResult> decision) {
        for (int i = next.getAndIncrement(); i < reviewed.size(); i = next.getAndIncrement()) {
            BulkAnswer answer = new BulkAnswer(reviewed.get(i).id(), contained(reviewed.get(i), decision));
            answers.set(i, answer);
            told.accept(answer);
        }
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
