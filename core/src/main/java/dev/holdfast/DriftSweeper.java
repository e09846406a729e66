package dev.holdfast;

import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.RecentlyUsed;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.SweepStore.Census;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import dev.holdfast.spi.store.SweepStore.Tracked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether upstream has moved. The unit is the upstream: each is asked once for all that its installs follow, on
 * any number of nodes together, and nothing is held open in the store meanwhile.
 *
 * <p>Safe for use by several threads. The loop that {@link Holdfast#start()} starts calls {@link #sweep()} and nothing
 * else, so a host with a scheduler of its own does the same work.
 */
public final class DriftSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(DriftSweeper.class);
    private static final int BATCHES_OF_WORKERS = 4;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    /** A branch that moved costs a second question, whether it descends from what is installed. */
    private static final int MOST_QUESTIONS = 2;

    private static final int MOST_ALARMS = 10_000;
    private static final int SPREAD = 10;
    /** Keys and tokens that differ little have hashes that differ little, which a large odd factor mends. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Engine engine;
    private final SweepStore store;
    private final Concurrency concurrency;
    private final Ancestry ancestry;
    private final Map<Unread, Resolution.Unread> told = new ConcurrentHashMap<>();
    private final RecentlyUsed<Rewritten, Boolean> rewritten = new RecentlyUsed<>(MOST_ALARMS);

    DriftSweeper(Engine engine) {
        this.engine = engine;
        this.store = engine.store().sweeps();
        this.concurrency = engine.rules().sweeping();
        this.ancestry = new Ancestry(engine);
    }

    /**
     * Asks every upstream that is due, at most as many at one time as {@link Concurrency} says, and queues what
     * drifted. One that fails is counted, tried again later by itself, and never keeps another from being asked; a host
     * that asks for fewer requests is left alone by the rest of the sweep for as long as it said. After
     * {@link Timings#sweep()} no more are asked: what is left is due at once, and the next sweep asks it.
     */
    public SweepReport sweep() {
        SweepCounter counter = new SweepCounter(store.census());
        int batch = BATCHES_OF_WORKERS * concurrency.overall();
        // Long enough for every upstream of a batch to take its full time, also if all are of one host.
        Duration lease = engine.timings().resolve().multipliedBy(MOST_QUESTIONS * (batch / concurrency.perHost() + 1L));
        Deadline bound = Deadline.after(engine.timings().sweep());
        HostQueue queue = new HostQueue(concurrency.perHost());
        List<SweepClaim> claims;
        do {
            claims = store.claimDue(engine.node(), batch, lease);
            queue.add(claims);
            askAll(queue, Math.min(concurrency.overall(), claims.size()), counter, bound);
        } while (claims.size() == batch && !bound.hasPassed());
        queue.rest().forEach(claim -> left(claim, counter));
        return ended(counter);
    }

    /**
     * Asks one upstream now, due or not: for a webhook that says "look now".
     *
     * @return empty if another node is asking it at this moment, it is suspended, or no install follows it
     */
    public Optional<SweepReport> check(Upstream upstream) {
        Duration lease = engine.timings().resolve().multipliedBy(MOST_QUESTIONS + 1L);
        return store.claim(engine.node(), upstream, lease).map(claim -> {
            SweepCounter counter = new SweepCounter(new Census(1, 0, 0, 0));
            ask(claim, new HostQueue(1), counter);
            return ended(counter);
        });
    }

    /** As {@link #check(Upstream)}, for the upstream that {@code source} belongs to. */
    public Optional<SweepReport> check(Source source) {
        return check(engine.resolvers().upstream(source));
    }

    /**
     * Stops an upstream from being asked until {@link #resume}, on all nodes and also by {@link #check}.
     *
     * @param why for people: shown with the upstream, and by {@link Holdfast#explain}
     * @return false if no install follows it
     */
    public boolean suspend(Upstream upstream, String actor, String why) {
        if (why.isBlank()) {
            throw PermanentException.invalid("reason", why, "say why it is suspended; others will ask");
        }
        return engine.store().upstreams().suspend(upstream, actor, why);
    }

    /**
     * Lets a suspended upstream be asked again, by the next sweep.
     *
     * @return false if it was not suspended
     */
    public boolean resume(Upstream upstream, String actor) {
        return engine.store().upstreams().resume(upstream, actor);
    }

    private SweepReport ended(SweepCounter counter) {
        SweepReport report = counter.report();
        engine.events().tell(new HoldfastEvent.Swept(report));
        return report;
    }

    private void left(SweepClaim claim, SweepCounter counter) {
        counter.left();
        try {
            Contained.get("giving back " + claim.upstream(), () -> store.release(claim));
        } catch (HoldfastException e) {
            LOG.atInfo()
                    .addKeyValue("upstream", claim.upstream())
                    .log("{} is asked when its claim has run out: {}", claim.upstream(), e.getMessage());
        }
    }

    private void askAll(HostQueue queue, int workers, SweepCounter counter, Deadline bound) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            running.add(engine.workers().submit(() -> askInTurn(queue, counter, bound)));
        }
        Workers.awaitAll(running);
    }

    private void askInTurn(HostQueue queue, SweepCounter counter, Deadline bound) {
        try {
            for (Optional<SweepClaim> claim = queue.next(bound); claim.isPresent(); claim = queue.next(bound)) {
                try {
                    ask(claim.get(), queue, counter);
                } finally {
                    queue.done(claim.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(SweepClaim claim, HostQueue queue, SweepCounter counter) {
        counter.claimed();
        Optional<HoldfastException> unused = engine.traced(
                Tracing.Kind.SWEEP, claim.upstream(), () -> asked(claim, queue, counter), failure -> failure);
    }

    /** Returns why it could not be asked, or what it answered not be recorded. */
    private Optional<HoldfastException> asked(SweepClaim claim, HostQueue queue, SweepCounter counter) {
        Found found;
        try {
            queue.quietUntil(claim).ifPresent(until -> {
                throw new TransientException(
                        Reason.RATE_LIMITED,
                        claim.upstream().host() + " asked for fewer requests; it is asked again when it said",
                        null,
                        until.remaining());
            });
            found = Contained.get("asking " + claim.upstream(), () -> found(claim));
        } catch (HoldfastException e) {
            if (e instanceof TransientException passing && passing.reason() == Reason.RATE_LIMITED) {
                passing.retryAfter().ifPresent(wait -> queue.hush(claim, Deadline.after(wait)));
            }
            failed(claim, counter, e);
            return Optional.of(e);
        }
        try {
            Contained.run("recording " + claim.upstream(), () -> record(claim, counter, found));
        } catch (HoldfastException e) {
            unrecorded(claim, counter, e);
            return Optional.of(e);
        }
        return Optional.empty();
    }

    /** The upstream has answered: what went wrong is the store's. Its claim runs out, and then it is asked again. */
    private static void unrecorded(SweepClaim claim, SweepCounter counter, HoldfastException e) {
        String message = String.valueOf(e.getMessage());
        counter.failed(new SweepReport.Failure(claim.upstream(), e.reason(), message, e instanceof TransientException));
        LOG.atWarn()
                .addKeyValue("upstream", claim.upstream())
                .addKeyValue("reason", e.reason())
                .log("{} answered, which could not be recorded: {}", claim.upstream(), message);
    }

    private Map<TrackedRef, Resolution> answers(SweepClaim claim) {
        Set<TrackedRef> refs = claim.tracked().stream()
                .map(Tracked::ref)
                .filter(ref -> !(ref instanceof TrackedRef.None || ref instanceof TrackedRef.Sha))
                .collect(Collectors.toSet());
        if (refs.isEmpty()) {
            return Map.of();
        }
        Deadline deadline = Deadline.after(engine.timings().resolve());
        return engine.traced(
                Tracing.Kind.RESOLVE,
                claim.upstream(),
                () -> engine.workers()
                        .within(
                                deadline,
                                "asking " + claim.upstream(),
                                () -> engine.resolvers().resolve(claim.upstream(), refs, deadline)));
    }

    /** An alarm that was audited. */
    private record Rewritten(Upstream upstream, TrackedRef ref, Revision installed, Revision now) {}

    /** What may be told of an upstream: that its tags could not all be read for a ref. */
    private record Unread(Upstream upstream, TrackedRef ref) {}

    /** What an upstream answered: where its refs stand, and how many are not there. */
    private record Found(Map<TrackedRef, Finding> findings, int absent) {}

    private Found found(SweepClaim claim) {
        Map<TrackedRef, Resolution> answers = answers(claim);
        Map<TrackedRef, Finding> findings = new HashMap<>();
        answers.forEach((ref, answer) -> {
            if (answer instanceof Resolution.Found found) {
                findings.put(ref, finding(claim, ref, found));
                unread(claim.upstream(), ref, found);
            }
        });
        return new Found(findings, answers.size() - findings.size());
    }

    private void unread(Upstream upstream, TrackedRef ref, Resolution.Found found) {
        Unread key = new Unread(upstream, ref);
        if (found.unread().isEmpty()) {
            told.remove(key);
        } else if (!found.unread().get().equals(told.put(key, found.unread().get()))) {
            LOG.atInfo()
                    .addKeyValue("upstream", upstream)
                    .log("{}: {}", upstream, found.unread().get().text());
            engine.events()
                    .tell(new HoldfastEvent.TagsUnread(
                            upstream, ref, found.unread().get()));
        }
    }

    /** Writes what was found for some installs after the others, so that no number of them is held at one time. */
    private void record(SweepClaim claim, SweepCounter counter, Found found) {
        Map<TrackedRef, Finding> findings = found.findings();
        Optional<SweepClaim> rest = Optional.of(claim);
        while (rest.isPresent()) {
            Optional<SweepOutcome> outcome = store.record(rest.get(), List.copyOf(findings.values()), next(claim));
            if (outcome.isEmpty()) {
                counter.lost();
                return;
            }
            counter.written(outcome.get());
            outcome.get().queued().forEach(update -> engine.events().tell(new HoldfastEvent.UpdateQueued(update)));
            rest = outcome.get().rest();
        }
        boolean moved = claim.tracked().stream()
                .anyMatch(tracked -> moved(findings, tracked).isPresent());
        counter.answered(moved, found.absent());
        alarm(claim, findings);
    }

    private Finding finding(SweepClaim claim, TrackedRef ref, Resolution.Found found) {
        boolean fixed = ref instanceof TrackedRef.Tag;
        DriftKind why = fixed ? DriftKind.REF_REWRITTEN : DriftKind.UPSTREAM_MOVED;
        return new Finding(ref, found.revision(), found.version(), why, !fixed, setBack(claim, ref, found.revision()));
    }

    /** Returns from which of the installed revisions a ref that moved does not lead on. */
    private Set<Revision> setBack(SweepClaim claim, TrackedRef ref, Revision now) {
        Deadline deadline = Deadline.after(engine.timings().resolve());
        return claim.tracked().stream()
                .filter(tracked ->
                        tracked.ref().equals(ref) && !tracked.installed().equals(now))
                .map(Tracked::installed)
                .filter(installed -> ancestry.isSetBack(claim.upstream(), ref, installed, now, deadline))
                .collect(Collectors.toSet());
    }

    /** Returns what was found for a group of installs, if it is not what they have. */
    private static Optional<Finding> moved(Map<TrackedRef, Finding> findings, Tracked tracked) {
        return Optional.ofNullable(findings.get(tracked.ref()))
                .filter(finding -> !finding.revision().equals(tracked.installed()));
    }

    private void alarm(SweepClaim claim, Map<TrackedRef, Finding> findings) {
        for (Tracked tracked : claim.tracked()) {
            moved(findings, tracked)
                    .filter(finding -> finding.why(tracked.installed()) == DriftKind.REF_REWRITTEN)
                    .ifPresent(finding -> {
                        audit(claim.upstream(), tracked, finding.revision());
                        engine.events()
                                .tell(new HoldfastEvent.RefRewritten(
                                        claim.upstream(),
                                        tracked.ref(),
                                        tracked.installed(),
                                        finding.revision(),
                                        tracked.installs()));
                    });
        }
    }

    /** The same alarm is audited once in a process's life, however often its upstream is asked. */
    private void audit(Upstream upstream, Tracked tracked, Revision now) {
        Rewritten alarm = new Rewritten(upstream, tracked.ref(), tracked.installed(), now);
        if (rewritten.find(alarm).isEmpty()) {
            engine.store()
                    .audit()
                    .append(AuditEntry.of(
                                    "sweep",
                                    "ref-rewritten",
                                    tracked.ref() + " of " + upstream + ", which " + tracked.installs()
                                            + " installs follow")
                            .from(tracked.installed())
                            .to(now));
            // Only what was written counts as told.
            rewritten.put(alarm, true);
        }
    }

    private void failed(SweepClaim claim, SweepCounter counter, HoldfastException e) {
        String message = String.valueOf(e.getMessage());
        counter.failed(new SweepReport.Failure(claim.upstream(), e.reason(), message, e instanceof TransientException));
        Duration asked =
                e instanceof TransientException passing ? passing.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration backoff =
                Backoff.after(claim.failures(), FIRST_RETRY, engine.timings().sweepEvery());
        try {
            Contained.run(
                    "noting that " + claim.upstream() + " failed",
                    () -> store.fail(claim, e.reason(), message, asked.compareTo(backoff) > 0 ? asked : backoff));
        } catch (HoldfastException unnoted) {
            // Its claim runs out, and it is asked again then: no reason to ask nobody else.
            LOG.atInfo()
                    .addKeyValue("upstream", claim.upstream())
                    .log("{} failed, which could not be noted: {}", claim.upstream(), unnoted.getMessage());
        }
    }

    /**
     * The normal interval less a part of at most a tenth, which upstream and round draw: what was installed in one
     * minute does not stay due in one minute.
     */
    private Duration next(SweepClaim claim) {
        long usual = engine.timings().sweepEvery().toMillis();
        long hash = (claim.upstream().key() + " " + claim.token()).hashCode();
        long drawn = (hash * MIX) >>> 33;
        return Duration.ofMillis(Math.max(1, usual - (drawn % ((usual / SPREAD) + 1))));
    }
}
