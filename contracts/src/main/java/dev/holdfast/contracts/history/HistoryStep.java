package dev.holdfast.contracts.history;

import dev.holdfast.Holdfast;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.spi.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that happens in a history.
 *
 * @param action what
 * @param seed what it draws its particulars from, so that it means the same when other steps are left out
 */
record HistoryStep(HistoryAction action, long seed) {

    /** Of so many steps that a node takes it dies in one, somewhere among its first calls. */
    private static final int ONE_DIES_OF = 4;

    private static final int LAST_CALL = 60;

    /** The end of a node: nothing in the engine catches it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the node died, as the history wants it");
        }
    }

    static List<HistoryStep> draw(long seed, int count) {
        Random random = new Random(seed);
        List<HistoryAction> lot = HistoryAction.lot();
        List<HistoryStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new HistoryStep(lot.get(random.nextInt(lot.size())), random.nextInt(1_000_000)));
        }
        return steps;
    }

    void takeIn(HistoryWorld world) {
        Random random = new Random(seed);
        boolean dies = random.nextInt(ONE_DIES_OF) == 0;
        int call = 1 + random.nextInt(LAST_CALL);
        Holdfast healthy = world.node(random.nextInt(2));
        if (dies && action.isANodes()) {
            Failpoints points = Failpoints.at(point -> point.number() == call, () -> {
                throw new Died();
            });
            try (Holdfast mortal = world.mortal(points)) {
                perform(world, mortal, random);
            }
        } else {
            perform(world, healthy, random);
        }
    }

    private void perform(HistoryWorld world, Holdfast node, Random random) {
        try {
            action.perform(world, node, random);
        } catch (HoldfastException expected) {
            // What it means is for the checks to find out.
        } catch (Died end) {
            // Whatever it was doing is left to the others.
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof Died)) {
                throw new AssertionError("an engine that is not dead broke down", e);
            }
        }
    }

    @Override
    public String toString() {
        return action + "(" + seed + ")";
    }
}
