package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.FileStep.Expected;
import dev.holdfast.spi.delivery.FileStep.MakeDirectory;
import dev.holdfast.spi.delivery.FileStep.PointLink;
import dev.holdfast.spi.delivery.FileStep.RemoveBelow;
import dev.holdfast.spi.delivery.FileStep.RemoveTree;
import dev.holdfast.spi.delivery.FileStep.Rename;
import dev.holdfast.spi.delivery.FileStep.ReplaceLink;
import dev.holdfast.spi.delivery.FileStep.Require;
import dev.holdfast.spi.delivery.FileStep.RequireLink;
import dev.holdfast.spi.delivery.FileStep.WriteFile;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Cases of the swap: what readers and rivals see of steps that are single renames. */
abstract class SwapCases extends StepCases {

    private static final int ROUNDS = 60;
    private static final List<Long> EPOCHS = List.of(9L, 10L, 11L);
    private static final int SWAPS = 40;

    /** Known failure: three reads of four found nothing while the tree was replaced. */
    @Test
    void aReaderSeesOneLinkOrTheOtherAtEveryMoment() throws Exception {
        given(new MakeDirectory("flip"), new MakeDirectory("one"), new MakeDirectory("two"));
        given(new PointLink("live", "one"));
        AtomicBoolean swapped = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            CountDownLatch reading = new CountDownLatch(1);
            Future<List<String>> seen = threads.submit(() -> linksSeenUntil(swapped, reading));
            reading.await();
            for (int i = 0; i < SWAPS; i++) {
                runs(new PointLink("flip/live", i % 2 == 0 ? "two" : "one"), new ReplaceLink("flip/live", "live"));
            }
            swapped.set(true);

            assertThat(seen.get()).contains("LINK to one").isSubsetOf("LINK to one", "LINK to two");
        } finally {
            swapped.set(true);
            threads.shutdownNow();
        }
    }

    /** An upgrade demands it once its fence is planted. A target without this step is looked at before instead. */
    @Test
    void requireLinkDemandsExactlyWhatTheLinkHolds() {
        assumeThat(session.requiresLinks()).isTrue();
        given(new MakeDirectory("one"), new WriteFile("file", "one"), new PointLink("chain", "live"));
        given(new PointLink("live", "one"), new PointLink("spaced", "one "), new PointLink("lines", "one\n"));

        runs(new RequireLink("live", "one"), new RequireLink("chain", "live"), new RequireLink("lines", "one\n"));
        for (String other : List.of("chain", "spaced", "lines", "one", "file", "absent", "absent/below")) {
            refuses(new RequireLink(other, "one"));
        }
        refuses(new RequireLink("live", "on"));
        refuses(new RequireLink("live", "./one"));
        assertThat(kind("live")).isEqualTo("LINK to one");
    }

    private List<String> linksSeenUntil(AtomicBoolean over, CountDownLatch reading) {
        List<String> seen = new ArrayList<>();
        try (TargetSession reader = open()) {
            while (!over.get()) {
                seen.add(kind(reader, "live"));
                reading.countDown();
            }
        }
        return seen;
    }

    /** Three operations with neighbouring epochs at once: the highest that succeeds is the one that is live. */
    @Test
    void theHighestEpochThatSucceededIsLiveWhateverTheOrder() throws Exception {
        Random random = new Random(27);
        upload(".staging", stagesOfAllRounds());
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (TargetSession first = open();
                TargetSession second = open();
                TargetSession third = open()) {
            List<TargetSession> rivals = List.of(first, second, third);
            for (int round = 0; round < ROUNDS; round++) {
                String name = "p" + round;
                List<Long> epochs = new ArrayList<>(EPOCHS);
                Collections.shuffle(epochs, random);

                Map<Long, ScriptResult> results = race(threads, rivals, name, epochs);

                assertThat(results).as("round %d", round).containsEntry(11L, new ScriptResult.Completed());
                assertThat(kind(name))
                        .as("round %d: %s", round, results)
                        .isEqualTo("LINK to .releases/" + name + "/s11");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** One upload, and one session for each rival: what opens sessions and fills them is other cases' matter. */
    private static Bundle stagesOfAllRounds() {
        Bundles.Builder builder = Bundles.builder();
        for (int round = 0; round < ROUNDS; round++) {
            for (long epoch : EPOCHS) {
                builder.file("p" + round + "/s" + epoch + "/.complete", "done");
            }
        }
        return builder.build();
    }

    private static Bundle stages(List<Long> epochs) {
        Bundles.Builder builder = Bundles.builder();
        epochs.forEach(epoch -> builder.file("s" + epoch + "/.complete", "done"));
        return builder.build();
    }

    private static Map<Long, ScriptResult> race(
            ExecutorService threads, List<TargetSession> rivals, String name, List<Long> epochs) throws Exception {
        CyclicBarrier together = new CyclicBarrier(epochs.size());
        Map<Long, Future<ScriptResult>> running = new TreeMap<>();
        for (int i = 0; i < epochs.size(); i++) {
            TargetSession own = rivals.get(i);
            long epoch = epochs.get(i);
            Callable<ScriptResult> operation = () -> {
                together.await();
                return own.run(swap(name, epoch, "s" + epoch));
            };
            running.put(epoch, threads.submit(operation));
        }
        Map<Long, ScriptResult> results = new TreeMap<>();
        for (Map.Entry<Long, Future<ScriptResult>> one : running.entrySet()) {
            results.put(one.getKey(), one.getValue().get());
        }
        return results;
    }

    /** A stalled operation that wakes up after a newer one has finished changes nothing. */
    @Test
    void anOperationBelowTheFenceFailsAtItsFence() {
        upload(".staging/n", stages(List.of(1L, 2L)));
        given(swap("n", 2, "s2").steps().toArray(FileStep[]::new));

        ScriptResult late = session.run(swap("n", 1, "s1"));

        assertThat(late).isInstanceOf(ScriptResult.Failed.class);
        assertThat(kind("n")).isEqualTo("LINK to .releases/n/s2");
    }

    /** An operation that had passed its fence when a newer one came has lost its link when it goes on. */
    @Test
    void anOperationThatWasOvertakenAfterItsFenceFailsAtItsSwap() {
        upload(".staging/n", stages(List.of(1L, 2L)));
        List<FileStep> first = swap("n", 1, "s1").steps();
        int swapStep = first.size() - 2;
        given(first.subList(0, swapStep).toArray(FileStep[]::new));
        given(swap("n", 2, "s2").steps().toArray(FileStep[]::new));

        ScriptResult rest = session.run(new FileScript(first.subList(swapStep, first.size())));

        assertThat(rest)
                .isInstanceOfSatisfying(
                        ScriptResult.Failed.class, f -> assertThat(f.step()).isZero());
        assertThat(kind("n")).isEqualTo("LINK to .releases/n/s2");
    }

    /** Taking the live link away is revocable like a swap: a newer operation removes the directory it goes into. */
    @Test
    void aRemovalThatWasOvertakenLeavesTheLiveLink() {
        upload(".staging/n", stages(List.of(1L, 3L)));
        given(swap("n", 1, "s1").steps().toArray(FileStep[]::new));
        given(new MakeDirectory(".flip/n/2/n"), new WriteFile(".fence/n/2", ""));
        given(swap("n", 3, "s3").steps().toArray(FileStep[]::new));

        assertThat(run(new Rename("n", ".flip/n/2/n/n"))).isInstanceOf(ScriptResult.Failed.class);

        assertThat(kind("n")).isEqualTo("LINK to .releases/n/s3");
    }

    /** The order of the installer: own link, own fence, no higher fence, revoke the lower, snapshot, swap. */
    private static FileScript swap(String n, long e, String s) {
        String flip = ".flip/" + n + "/" + e;
        return FileScript.of(
                new MakeDirectory(".releases/" + n),
                new MakeDirectory(".fence/" + n),
                new MakeDirectory(flip + "/.pin"),
                new MakeDirectory(".previous"),
                new Require(".staging/" + n + "/" + s + "/.complete", Expected.FILE),
                new Require(".releases/" + n + "/" + s, Expected.ABSENT),
                new Rename(".staging/" + n + "/" + s, ".releases/" + n + "/" + s),
                new PointLink(flip + "/" + n, ".releases/" + n + "/" + s),
                new WriteFile(".fence/" + n + "/" + e, ""),
                new FileStep.RequireNoneAbove(".fence/" + n, e),
                new RemoveBelow(".flip/" + n, e, n),
                new RemoveBelow(".fence/" + n, e, ""),
                new FileStep.CopyLink(n, "../", flip + "/.pin/" + n, ".previous/" + n),
                new ReplaceLink(flip + "/" + n, n),
                new RemoveTree(flip));
    }
}
