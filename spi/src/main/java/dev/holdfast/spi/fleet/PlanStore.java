package dev.holdfast.spi.fleet;

import dev.holdfast.spi.store.Page;
import java.util.Optional;

/** Plans of rollouts by name, so that all nodes know what a policy means that names one. */
public interface PlanStore {

    /** Returns a plan. */
    Optional<RolloutPlan> find(String name);

    /**
     * Sets a plan. Rollouts that have begun keep the one they began with. Audited if it changes.
     *
     * @param name as {@link NamedPlan} checks it
     */
    void set(String name, RolloutPlan plan, String actor);

    /**
     * Removes a plan: updates whose policy names it wait until there is one again. Audited.
     *
     * @return whether there was one
     */
    boolean remove(String name, String actor);

    /** Lists all, ordered by name. */
    Page<NamedPlan> list(Page.Request page);
}
