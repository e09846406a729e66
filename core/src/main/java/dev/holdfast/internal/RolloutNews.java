package dev.holdfast.internal;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Progress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this node has told its listeners of rollouts, so that each move is told once here. */
public final class RolloutNews {

    private final Events events;
    private final Map<Long, Progress> told = new ConcurrentHashMap<>();

    public RolloutNews(Events events) {
        this.events = events;
    }

    /** Tells how far a rollout has come, if that is new here. */
    public void tell(Rollout rollout) {
        Progress now = rollout.progress();
        boolean known =
                now.state().isOpen() ? now.equals(told.put(rollout.id(), now)) : told.remove(rollout.id()) == null;
        if (!known) {
            events.tell(new HoldfastEvent.RolloutMoved(rollout));
        }
    }

    /** Returns the rollouts that were open when this node looked last. */
    public List<Long> open() {
        return List.copyOf(told.keySet());
    }
}
