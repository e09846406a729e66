package dev.holdfast.contracts.history;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What can happen. What somebody wants of the engine is noted in the world before it is asked for: it may be done by
 * another.
 */
enum HistoryAction {
    /** Upstream brings out a version; one of four cannot be delivered. */
    PUSH(4, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.release(random.nextInt(4) > 0);
        }
    },

    /** Upstream takes its newest version back. */
    TAKE_BACK(1, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.takeBack();
        }
    },

    /** The branch is set to any revision that ever was. */
    FORCE_PUSH(1, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.forcePush(random);
        }
    },

    INSTALL(4, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.install(world.request(random));
        }
    },

    UNINSTALL(1, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.uninstall(new InstallKey(world.workspace(random), HistoryWorld.PLUGIN), "tester");
        }
    },

    SWEEP(6, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.sweeper().sweep();
        }
    },

    WEBHOOK(2, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.sweeper().check(HistoryWorld.SOURCE);
        }
    },

    APPLY(6, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.any(random, UpdateStatus.PENDING, UpdateStatus.APPLYING).ifPresent(update -> {
                world.approve(update);
                applied(world, update, node.updates().apply(update.id(), update.to(), "tester"));
            });
        }
    },

    /** Somebody clicks on a page that is old. */
    APPLY_WHATEVER(2, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.any(random, UpdateStatus.values()).ifPresent(update -> {
                world.approve(update);
                applied(world, update, node.updates().apply(update.id(), update.to(), "tester"));
            });
        }
    },

    DISMISS(2, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.any(random, UpdateStatus.PENDING)
                    .ifPresent(update -> node.updates().dismiss(update.id(), "tester", ""));
        }
    },

    RETRY(4, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.any(random, UpdateStatus.FAILED).ifPresent(update -> {
                world.retry(update);
                node.updates().retry(update.id(), "tester");
            });
        }
    },

    ROLLBACK(3, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            WorkspaceId workspace = world.workspace(random);
            ChangeReport report = node.rollback(new InstallKey(workspace, HistoryWorld.PLUGIN), "tester");
            world.rolledBack(report);
        }
    },

    REPAIR(1, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.repair(new InstallKey(world.workspace(random), HistoryWorld.PLUGIN), "tester");
        }
    },

    RECOVER(3, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.recover();
        }
    },

    COLLECT(1, true) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            node.collect();
        }
    },

    /** Longer than a lease. */
    MINUTES_PASS(4, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.clock().advance(Duration.ofMinutes(1 + random.nextInt(5)));
        }
    },

    /** Longer than everything that is waited for. */
    HOURS_PASS(3, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.clock().advance(Duration.ofMinutes(61 + random.nextInt(120)));
        }
    },

    SOURCE_FAILS(1, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.resolver().failNext(new TransientException(Reason.UNREACHABLE, "no route"));
        }
    },

    SCRIPT_IS_LOST(1, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.target().loseNextScript();
        }
    },

    ANSWER_IS_LOST(1, false) {
        @Override
        void perform(HistoryWorld world, Holdfast node, Random random) {
            world.target().loseNextAnswer();
        }
    };

    private final int weight;
    private final boolean aNodes;

    HistoryAction(int weight, boolean aNodes) {
        this.weight = weight;
        this.aNodes = aNodes;
    }

    abstract void perform(HistoryWorld world, Holdfast node, Random random);

    /** Returns whether a node does it, which may die of it. */
    boolean isANodes() {
        return aNodes;
    }

    /** Returns each as often as it should happen. */
    static List<HistoryAction> lot() {
        List<HistoryAction> lot = new ArrayList<>();
        for (HistoryAction action : values()) {
            for (int i = 0; i < action.weight; i++) {
                lot.add(action);
            }
        }
        return lot;
    }

    private static void applied(HistoryWorld world, Update update, ApplyResult result) {
        if (result instanceof ApplyResult.Applied || result instanceof ApplyResult.AlreadyApplied) {
            UpdateStatus now = world.find(update).status();
            if (now != UpdateStatus.APPLIED) {
                throw new AssertionError("apply answered " + result + " and the update is " + now);
            }
        }
    }
}
