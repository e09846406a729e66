package dev.holdfast.examples.e2e.months;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One node: runs, dies in the middle of something, and comes back as a new process. */
final class Node implements AutoCloseable {

    private final String name;
    private final Parts parts;
    private Optional<Holdfast> running;
    private Optional<Failpoints> doom = Optional.empty();

    /** What all nodes share, and how each is set up. */
    record Parts(
            TrackingStore store,
            SourceResolver resolver,
            DeliveryTarget target,
            UnaryOperator<HoldfastBuilder> settings) {

        Holdfast holdfast(String name) {
            return holdfast(name, store, resolver, target);
        }

        Holdfast mortal(String name, Failpoints points) {
            return holdfast(name, points.around(store), resolver, points.around(target));
        }

        private Holdfast holdfast(String name, TrackingStore over, SourceResolver from, DeliveryTarget to) {
            return settings.apply(Holdfast.builder()
                            .node(name)
                            .store(over)
                            .resolver(from)
                            .target(to))
                    .build();
        }
    }

    /** The end of a process: from then on every call of it ends so. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the node died, as the year wants it");
        }
    }

    Node(String name, Parts parts) {
        this.name = name;
        this.parts = parts;
        this.running = Optional.of(parts.holdfast(name));
    }

    boolean runs() {
        return running.isPresent();
    }

    /** It will die at that call on its store or a target, counted from now. */
    void doom(int call) {
        close();
        Failpoints points = Failpoints.at(point -> point.number() == call, () -> {
            throw new Died();
        });
        doom = Optional.of(points);
        running = Optional.of(parts.mortal(name, points));
    }

    /** It starts again, if it has died; if it has not, it never will. */
    void restart() {
        close();
        doom = Optional.empty();
        running = Optional.of(parts.holdfast(name));
    }

    /** Does once what each of its loops does, in any order. */
    void loops(Random random) {
        List<Consumer<Holdfast>> loops = new ArrayList<>(List.of(
                Holdfast::recover,
                node -> node.sweeper().sweep(),
                node -> node.updates().applyDue(),
                Holdfast::collect));
        Collections.shuffle(loops, random);
        loops.forEach(this::run);
    }

    /** Does it unless it is dead, or dies of it. What it throws otherwise is the caller's. */
    void run(Consumer<Holdfast> work) {
        if (running.isEmpty()) {
            return;
        }
        try {
            work.accept(running.get());
        } catch (RuntimeException | Error e) {
            if (!isDying()) {
                throw e;
            }
        }
        if (isDying()) {
            close();
        }
    }

    private boolean isDying() {
        return doom.filter(Failpoints::reached).isPresent();
    }

    @Override
    public void close() {
        running.ifPresent(Holdfast::close);
        running = Optional.empty();
    }
}
