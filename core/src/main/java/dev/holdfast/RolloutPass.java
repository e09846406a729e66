package dev.holdfast;

import dev.holdfast.internal.Contained;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One look at all open rollouts: lets members begin whose turn it is, and tells how far each has come. */
final class RolloutPass {

    private static final Logger LOG = LoggerFactory.getLogger(RolloutPass.class);

    private final Engine engine;
    private final RolloutStore rollouts;
    private final Policies policies;
    private final Set<Long> looked = new HashSet<>();

    RolloutPass(Engine engine, Policies policies) {
        this.engine = engine;
        this.rollouts = engine.store().fleet().rollouts();
        this.policies = policies;
    }

    /** Takes what may begin, and what may not and why. */
    interface Turns {

        /** An update whose turn it is in a rollout. */
        void begin(Update update, Rollout rollout);

        /** An update that its own policy holds back. */
        void waits(PolicyHold hold);
    }

    /** Looks at the open rollouts that it has not looked at yet. */
    void run(Turns turns) {
        List<Rollout> open = Page.stream(page -> rollouts.list(Which.OPEN, page))
                .filter(rollout -> looked.add(rollout.id()))
                .toList();
        for (Rollout rollout : open) {
            try {
                Contained.run(rollout.toString(), () -> look(rollout.id()).ifPresent(now -> begin(now, turns)));
            } catch (HoldfastException e) {
                LOG.warn("{} is left for the next pass: {}", rollout, e.getMessage());
            }
        }
    }

    /** Tells how far those have come that were open when this node looked last. */
    void tell() {
        engine.news().open().forEach(this::look);
    }

    private Optional<Rollout> look(long id) {
        Optional<Rollout> now = rollouts.look(id);
        now.ifPresent(engine.news()::tell);
        return now;
    }

    /** No more than its plan lets begin at once: who else begins meanwhile is counted by the store. */
    private void begin(Rollout rollout, Turns turns) {
        int free = rollout.plan().atOnce()
                - rollout.rings().stream().mapToInt(Counts::underWay).sum();
        UpdateQuery mayBegin = UpdateQuery.forRollout(rollout.id());
        Page.stream(page -> engine.store().updates().list(mayBegin, page))
                .filter(update -> isFree(update, rollout, turns))
                .limit(Math.max(0, free))
                .forEach(update -> turns.begin(update, rollout));
    }

    private boolean isFree(Update update, Rollout rollout, Turns turns) {
        Optional<Install> install = engine.store().installs().find(((PluginSubject) update.subject()).key());
        Instant now = engine.rules().clock().instant();
        Optional<PolicyHold> hold = install.flatMap(of -> rollout.goal().track().isPresent()
                ? policies.hold(of, update, now)
                : policies.timeHold(of, update, now));
        hold.ifPresent(turns::waits);
        return install.isPresent() && hold.isEmpty();
    }
}
