package dev.holdfast;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.store.Page;
import dev.holdfast.trust.StaleSource;
import dev.holdfast.webhook.Webhooks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks how a Holdfast stands. A store that hangs holds one thread, however many ask meanwhile: who comes while a
 * question is open waits for that one's answer.
 */
final class HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_TROUBLED = 100;

    private final Engine engine;
    private final Loops loops;
    private final Attached attached;
    private final AuditTrail auditTrail;
    private final Webhooks webhooks;

    @Nullable private Future<Answer> question;

    HealthCheck(Engine engine, Loops loops, Attached attached, AuditTrail auditTrail, Webhooks webhooks) {
        this.engine = engine;
        this.loops = loops;
        this.attached = attached;
        this.auditTrail = auditTrail;
        this.webhooks = webhooks;
    }

    /**
     * What the store said, what keeps webhooks from being told, and why the store takes no writes; empty if it does.
     */
    private record Answer(Health.Store store, List<String> webhooks, Optional<RuntimeException> refused) {}

    Health look() {
        List<String> problems = new ArrayList<>();
        Optional<Answer> answer = answer(problems);
        Optional<Health.Store> store = answer.map(Answer::store);
        Optional<RuntimeException> refused = answer.flatMap(Answer::refused);
        refused.ifPresent(e -> problems.add("the store can be read and not written: " + e));
        boolean fails = answer.isEmpty() || refused.isPresent();
        Health.Verdict verdict = fails ? Health.Verdict.FAILING : Health.Verdict.READY;
        store.ifPresent(known -> add(problems, known));
        answer.map(Answer::webhooks).ifPresent(problems::addAll);
        auditTrail
                .found()
                .ifPresent(broken -> problems.add("the audit is not what was sealed: number " + broken.number() + ", "
                        + broken.text() + "; find out who writes to the database"));
        List<StaleSource> stale = engine.trust().stale();
        if (!stale.isEmpty()) {
            problems.add(stale.size() + " sources have signed nothing new in time, first: "
                    + stale.get(0).text());
        }
        List<Health.Loop> states = new ArrayList<>(loops.states());
        engine.hooks().images().flatMap(ImageUpdates::loop).ifPresent(states::add);
        attached.containers().flatMap(ContainerReconciler::loop).ifPresent(states::add);
        states.stream()
                .filter(loop -> !loop.alive())
                .forEach(loop -> problems.add("the " + loop.name() + " loop has died; start this node again"));
        states.forEach(loop -> loop.lastError()
                .ifPresent(error -> problems.add("the " + loop.name() + " loop failed " + loop.failures()
                        + " times in a row, the last time with " + error + "; it goes on")));
        if (verdict == Health.Verdict.READY && !problems.isEmpty()) {
            verdict = Health.Verdict.DEGRADED;
        }
        return new Health(
                engine.rules().clock().instant(),
                verdict,
                problems,
                store,
                engine.resolvers().schemes(),
                engine.targets().targets().size(),
                states);
    }

    private Optional<Answer> answer(List<String> problems) {
        Deadline deadline = Deadline.after(PATIENCE);
        try {
            return Optional.of(ask().get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            problems.add("the store did not respond within " + PATIENCE.toSeconds() + " s; check the database");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("whether the store answers is not known: the caller was interrupted");
        } catch (ExecutionException e) {
            problems.add("the store cannot be read: " + e.getCause());
        } catch (RejectedExecutionException e) {
            problems.add("the store cannot be asked, because this Holdfast is closed");
        }
        return Optional.empty();
    }

    private synchronized Future<Answer> ask() {
        if (question != null && !question.isDone()) {
            return question;
        }
        Future<Answer> fresh = engine.workers()
                .submit(() -> new Answer(
                        new Health.Store(
                                engine.store().upstreams().summary(MOST_TROUBLED),
                                engine.store().updates().backlog(),
                                engine.store().places().troubles(MOST_TROUBLED),
                                engine.store()
                                        .inspections()
                                        .differing(Page.Request.first(MOST_TROUBLED))
                                        .items()),
                        webhooks.problems(),
                        refusal()));
        question = fresh;
        return fresh;
    }

    private Optional<RuntimeException> refusal() {
        try {
            engine.store().audit().tryAppend();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    private void add(List<String> problems, Health.Store store) {
        long failing = store.upstreams().failing();
        if (failing > 0) {
            problems.add(failing + " upstreams could not be asked; they are asked again by themselves");
        }
        long failed = store.updates().failed();
        if (failed > 0) {
            problems.add(failed + " updates failed and wait for somebody to retry them, or for another revision");
        }
        long retrying = store.updates().retrying();
        if (retrying > 0) {
            problems.add(retrying + " updates failed many times, as where a place is away; they are tried again by"
                    + " themselves, and their last error says why");
        }
        if (store.stuck().count() > 0) {
            problems.add(store.stuck().count() + " places hold what cannot be removed, first: "
                    + store.stuck().first().get(0));
        }
        int differing = store.differing().size();
        if (differing > 0) {
            Observation first = store.differing().get(0);
            problems.add((differing < MOST_TROUBLED ? "" : "at least ") + differing
                    + " installs differ from what stands on their targets, first: " + first.key() + " is "
                    + first.condition() + " since " + first.since() + "; repair them");
        }
        Duration behind = store.upstreams().behind();
        if (behind.compareTo(engine.timings().sweepEvery()) > 0) {
            problems.add(
                    "sweeps are " + behind + " behind; start the loops, or let more upstreams be asked at one time");
        }
    }
}
