package dev.holdfast;

import dev.holdfast.Explanation.Code;
import dev.holdfast.Policies.Hold;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStore.UpdateQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** One look at all pending updates that a policy may decide on. */
final class PolicyPass {

    static final String ACTOR = "policy";

    private final Engine engine;
    private final Updates updates;
    private final Policies policies;
    private final Map<Code, Integer> waiting = new EnumMap<>(Code.class);
    private final List<Future<?>> running = new ArrayList<>();
    private int applied;
    private int failed;
    private int deferred;

    PolicyPass(Engine engine, Updates updates) {
        this.engine = engine;
        this.updates = updates;
        this.policies = new Policies(engine.rules().allowed());
    }

    PolicyReport run() {
        Optional<String> after = Optional.empty();
        do {
            Page<Update> page =
                    engine.store().updates().list(UpdateQuery.forPolicies(), new Page.Request(after, Page.LARGEST));
            page.items().forEach(this::consider);
            after = page.next();
        } while (after.isPresent());
        running.forEach(Workers::await);
        PolicyReport report = new PolicyReport(applied, failed, deferred, waiting);
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
        Optional<Hold> hold = policies.hold(install, update, now);
        if (hold.isPresent()) {
            waiting.merge(hold.get().code(), 1, Integer::sum);
        } else if (running.size() >= engine.rules().automation().mostPerPass()) {
            deferred++;
        } else {
            running.add(engine.workers().submit(() -> apply(update)));
        }
    }

    private void apply(Update update) {
        ApplyResult result = updates.apply(update.id(), update.to(), ACTOR, Progress.NONE);
        synchronized (this) {
            applied += result instanceof ApplyResult.Applied ? 1 : 0;
            failed += result instanceof ApplyResult.Failed ? 1 : 0;
        }
    }
}
