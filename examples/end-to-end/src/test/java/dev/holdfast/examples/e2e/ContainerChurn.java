package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.spi.container.IndexedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Short-lived containers on a real engine, and what the index said of them. Whoever churns asks the engine directly, so
 * when a container went is known without the index: one that was called missing before is a false missing.
 */
final class ContainerChurn {

    static final String WORKLOAD = "churn";
    private static final String RUN = "dev.holdfast.churn";
    private static final int AT_ONE_TIME = 4;
    private static final int MOST_ATTEMPTS = 200;

    private final DockerClient engine;
    private final String run;
    private final Random dice;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<String, Instant> removals = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final Set<String> falselyMissing = ConcurrentHashMap.newKeySet();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger disturbed = new AtomicInteger();

    ContainerChurn(DockerClient engine, String run, long seed) {
        this.engine = engine;
        this.run = run;
        this.dice = new Random(seed);
    }

    /** Listens to the reconciler under test. */
    void hear(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.ContainersIndexed indexed) {
            looks.incrementAndGet();
            indexed.report().written().forEach(this::hear);
        } else if (event instanceof HoldfastEvent.IndexingFailed) {
            failures.incrementAndGet();
        }
    }

    private void hear(IndexedContainer row) {
        String id = row.facts().containerId();
        if (!row.missing()) {
            seen.add(id);
            return;
        }
        missing.add(id);
        Instant removal = removals.get(id);
        if (removal == null || row.changedAt().isBefore(removal)) {
            falselyMissing.add(id);
        }
    }

    /** Lets containers come and go, some at one time; {@code halfWay} happens beside the second half. */
    void churn(int containers, Runnable halfWay) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME);
        Future<?>[] lives = new Future<?>[containers];
        for (int i = 0; i < containers; i++) {
            int number = i;
            lives[i] = threads.submit(() -> live(number));
        }
        lives[containers / 2].get();
        halfWay.run();
        for (Future<?> life : lives) {
            life.get();
        }
        threads.shutdown();
        // Of two that claim one place, only one has a row: what a disturbed life left there would be such.
        for (String id : again(attempt -> ids(Map.of(RUN, run, "dev.holdfast.role", "shared")))) {
            again(attempt -> remove(id));
        }
    }

    /** One container's life. */
    private void live(int number) {
        String id = again(attempt -> started(number, attempt));
        pause();
        again(attempt -> end(number, id));
        pause();
        if (!stays(number)) {
            again(attempt -> remove(id));
        }
    }

    private boolean remove(String id) {
        removals.putIfAbsent(id, Instant.now());
        Busybox.remove(engine, id);
        return true;
    }

    private String started(int number, int attempt) {
        String line = switch (number % 4) {
            case 0 -> "exit 0";
            case 1 -> "exit 3";
            default -> "exec sleep 1000";
        };
        String id = Busybox.run(engine, line, command -> {
            Map<String, String> labels = new HashMap<>(command.getLabels());
            labels.put("dev.holdfast.workload", WORKLOAD);
            labels.put(RUN, run);
            // Some take the place of one another, the others are replicas of their own.
            labels.put("dev.holdfast.role", isShared(number) ? "shared" : "own");
            if (isShared(number)) {
                labels.put("dev.holdfast.replica", "r" + number % 9);
            }
            command.withName("holdfast-churn-" + run + "-" + number + "-" + attempt)
                    .withLabels(labels)
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"));
        });
        made.add(id);
        return id;
    }

    private static boolean isShared(int number) {
        return number % 3 == 0 && !stays(number);
    }

    private static boolean stays(int number) {
        return number % 8 == 7;
    }

    private boolean end(int number, String id) {
        try {
            if (number % 4 == 2) {
                engine.killContainerCmd(id).exec();
            } else if (number % 4 == 3 && !stays(number)) {
                engine.stopContainerCmd(id).withTimeout(0).exec();
            }
        } catch (NotModifiedException | ConflictException | NotFoundException e) {
            // An engine that was started again has ended it before.
            disturbed.incrementAndGet();
        }
        return true;
    }

    private void pause() {
        long millis;
        synchronized (dice) {
            millis = 100L + dice.nextInt(900);
        }
        try {
            boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            assert !never;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns how many were made. */
    int made() {
        return made.size();
    }

    Set<String> falselyMissing() {
        return Set.copyOf(falselyMissing);
    }

    Set<String> missing() {
        return Set.copyOf(missing);
    }

    /** Removes what stayed. */
    void sweep() {
        for (String id : again(attempt -> ids(Map.of(RUN, run)))) {
            try {
                remove(id);
            } catch (RuntimeException e) {
                // An engine that was killed may hold on to a layer for good; its directory goes with all of it.
                disturbed.incrementAndGet();
            }
        }
    }

    /** Does it when the engine is there; one that was started again has also left dead connections in the pool. */
    private <T> T again(IntFunction<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.apply(attempt);
            } catch (RuntimeException e) {
                disturbed.incrementAndGet();
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                pause();
            }
        }
    }

    /** Also those whose maker was not told that it has made them. */
    private List<String> ids(Map<String, String> labels) {
        return engine.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                .map(Container::getId)
                .toList();
    }

    /** Returns the log, for people. */
    String log(String harm, Duration took) {
        return "churn log: made " + made.size() + ", seen " + seen.size() + ", missing " + missing.size()
                + ", false missing " + falselyMissing.size() + " | looks " + looks + ", spells of failing looks "
                + failures + ", calls that met no engine " + disturbed + " | " + harm + " | " + took.toSeconds() + " s";
    }
}
