package dev.holdfast;

import dev.holdfast.Explanation.Code;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.internal.RolloutTurns;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.BiFunction;

/** One look at all pending updates that a policy may decide on. */
final class PolicyPass implements RolloutPass.Turns {

    private final Engine engine;
    private final BiFunction<Update, OptionalLong, ApplyResult> apply;
    private final Policies policies;
    private final RolloutTurns turns;
    private final Map<Code, Integer> waiting = new EnumMap<>(Code.class);
    private final List<Future<?>> running = new ArrayList<>();
    private final List<PolicyReport.Failure> failures = new ArrayList<>();
    private int applied;
    private int deferred;

    /** @param apply applies an update, in the turn of a rollout or by itself */
    PolicyPass(Engine engine, BiFunction<Update, OptionalLong, ApplyResult> apply) {
        this.engine = engine;
        this.apply = apply;
        this.policies = Policies.of(engine);
        this.turns = new RolloutTurns(engine.store());
    }

    PolicyReport run() {
        RolloutPass rollouts = new RolloutPass(engine, policies);
        rollouts.run(this);
        Optional<String> after = Optional.empty();
        do {
            Page<Update> page =
                    engine.store().updates().list(UpdateQuery.forPolicies(), new Page.Request(after, Page.LARGEST));
            page.items().forEach(update -> contained(update, () -> consider(update)));
            after = page.next();
        } while (after.isPresent());
        // Those that began just now.
        rollouts.run(this);
        Workers.awaitAll(running);
        rollouts.tell();
        PolicyReport report = new PolicyReport(applied, failures.size(), deferred, waiting, failures);
        engine.events().tell(new HoldfastEvent.PoliciesRan(report));
        return report;
    }

    private void consider(Update update) {
        if (update.subject() instanceof PluginSubject plugin) {
            engine.store().installs().find(plugin.key()).ifPresent(install -> consider(update, install));
        }
    }

    private void consider(Update update, Install install) {
        Instant now = engine.rules().clock().instant();
        Optional<PolicyHold> hold = policies.hold(install, update, now).or(() -> enrolled(install, update));
        if (hold.isEmpty()) {
            begin(update, OptionalLong.empty());
        } else if (hold.get().code() != Explanation.Code.IN_ROLLOUT) {
            waits(hold.get());
        }
    }

    /** What comes by a rollout is begun, or counted as waiting, with the others of that rollout. */
    private Optional<PolicyHold> enrolled(Install install, Update update) {
        return install.policy().plan().isPresent() ? turns.enrolled(install, update) : Optional.empty();
    }

    @Override
    public void waits(PolicyHold hold) {
        waiting.merge(hold.code(), 1, Integer::sum);
    }

    @Override
    public void begin(Update update, Rollout rollout) {
        begin(update, OptionalLong.of(rollout.id()));
    }

    private void begin(Update update, OptionalLong rollout) {
        if (running.size() >= engine.rules().automation().mostPerPass()) {
            deferred++;
        } else {
            running.add(engine.workers().submit(() -> contained(update, () -> apply(update, rollout))));
        }
    }

    private void apply(Update update, OptionalLong rollout) {
        ApplyResult result = apply.apply(update, rollout);
        if (result instanceof ApplyResult.Applied) {
            synchronized (this) {
                applied++;
            }
        }
        if (result instanceof ApplyResult.Failed told) {
            failed(update, told.reason(), told.why());
        }
    }

    /** One update, or the host's rule about it, never keeps the others from their turn. */
    private void contained(Update update, Runnable work) {
        try {
            Contained.run("the policy of update " + update.id(), work);
        } catch (HoldfastException e) {
            failed(update, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private synchronized void failed(Update update, Reason reason, String message) {
        failures.add(new PolicyReport.Failure(update.id(), reason, message));
    }
}
