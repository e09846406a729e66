package dev.holdfast.contracts.container;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.testkit.FaultyIndex;
import dev.holdfast.testkit.MutableClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all cases about the index of containers stand on: an empty index, one engine, and a reconciler between them. */
abstract class ContainerCases {

    final TransientException down = new TransientException(Reason.UNREACHABLE, "down for the test");

    ContainerStory story;
    FaultyIndex faulty;
    ContainerReconciler reconciler;

    @SuppressWarnings("NullAway.Init") // set before each case
    ContainerCases() {}

    /** Returns an empty index whose times are measured by {@code clock}. */
    protected abstract ContainerIndex index(MutableClock clock);

    @BeforeEach
    final void begin() {
        MutableClock clock = MutableClock.create();
        story = new ContainerStory(clock, index(clock));
        faulty = new FaultyIndex(story.index);
        reconciler = story.builder(faulty).build();
        story.know(Workload.of("shop", "stack").composeProject("shop"));
    }

    @AfterEach
    final void end() {
        reconciler.close();
    }

    final ContainerReport look() {
        return reconciler.reconcile();
    }

    /** Looks twice with the grace between. */
    final ContainerReport lookAgainAfterTheGrace() {
        look();
        story.waitForGrace();
        return look();
    }

    final void threeRun() {
        List.of("aaa", "bbb", "ccc").forEach(id -> story.start(id, "web"));
        look();
    }
}
