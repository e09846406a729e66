package dev.holdfast.metrics.micrometer;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.SweepReport;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.images.ImageReport;
import dev.holdfast.inspection.InspectionReport;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.fleet.Rollout;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts and times what Holdfast does, in a host's registry.
 *
 * <p>Give it to {@link HoldfastBuilder#listener}, to that of a {@code ContainerReconciler} and of an
 * {@code ImageWatcher}, and call {@link #watch} once all is built. No tag names a workspace, a plugin, an address or a
 * URL, so the number of time series does not grow with what is installed. What each meter means, and when to act on it,
 * stands in {@code docs/operations.md}.
 *
 * <p>Safe for use by several threads. Closes nothing: the registry is the host's.
 */
public final class HoldfastMetrics implements HoldfastListener {

    private final MeterRegistry registry;
    private final Engines engines;
    private final Map<Class<? extends HoldfastEvent>, Consumer<HoldfastEvent>> ways = new HashMap<>();

    private HoldfastMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.engines = new Engines(registry);
        on(HoldfastEvent.Changed.class, this::changed);
        on(HoldfastEvent.Committed.class, this::committed);
        on(HoldfastEvent.Failed.class, event -> operation(event.operation(), "failed", event.reason()));
        on(
                HoldfastEvent.Recovered.class,
                event ->
                        count("holdfast.recovered", 1, "kind", event.operation().kind(), "outcome", event.outcome()));
        on(
                HoldfastEvent.UpdateQueued.class,
                event -> count(
                        "holdfast.updates.queued", 1, "why", event.update().why()));
        on(
                HoldfastEvent.Decided.class,
                event -> count(
                        "holdfast.updates.decided", 1, "status", event.update().status()));
        on(HoldfastEvent.RolloutMoved.class, event -> moved(event.rollout().progress()));
        on(HoldfastEvent.ImageRolloutMoved.class, this::moved);
        on(HoldfastEvent.Quarantined.class, event -> count("holdfast.quarantines", 1, "decision", "declared"));
        on(HoldfastEvent.QuarantineLifted.class, event -> count("holdfast.quarantines", 1, "decision", "lifted"));
        on(HoldfastEvent.RefRewritten.class, event -> count("holdfast.refs.rewritten", 1));
        on(HoldfastEvent.Swept.class, event -> swept(event.report()));
        on(HoldfastEvent.PoliciesRan.class, this::policies);
        on(HoldfastEvent.ImagesChecked.class, event -> images(event.report()));
        on(HoldfastEvent.ImageRefreshed.class, event -> count("holdfast.images.refreshed", event.replaced()));
        on(HoldfastEvent.ImageFailed.class, this::imageFailed);
        on(HoldfastEvent.Inspected.class, event -> inspected(event.report()));
        on(
                HoldfastEvent.TargetDiffers.class,
                event -> count(
                        "holdfast.targets.differ",
                        1,
                        "condition",
                        event.observation().condition()));
        on(
                HoldfastEvent.AuditBroken.class,
                event ->
                        count("holdfast.audit.broken", 1, "kind", event.broken().kind()));
        on(HoldfastEvent.Collected.class, event -> count("holdfast.releases.collected", event.releases()));
        on(HoldfastEvent.ContainersIndexed.class, event -> engines.indexed(event.report()));
        on(
                HoldfastEvent.IndexingFailed.class,
                event -> count("holdfast.containers.failures", 1, "reason", event.reason()));
        on(
                HoldfastEvent.ContainerRefused.class,
                event -> count(
                        "holdfast.containers.refused",
                        1,
                        "reason",
                        event.container().why()));
        on(
                HoldfastEvent.WorkloadFailed.class,
                event -> count(
                        "holdfast.workloads.failures",
                        1,
                        "reason",
                        event.failure().reason()));
        beginAtZero();
    }

    /**
     * What is first seen at one has not risen, for a monitoring system: so what alarms at its first count is there
     * before.
     */
    private void beginAtZero() {
        count("holdfast.refs.rewritten", 0);
        for (Rollout.State state : Rollout.State.values()) {
            count("holdfast.rollouts.moved", 0, "state", state);
        }
        for (Observation.Condition condition : Observation.Condition.values()) {
            if (condition.differs()) {
                count("holdfast.targets.differ", 0, "condition", condition);
            }
        }
        for (AuditVerification.Kind kind : AuditVerification.Kind.values()) {
            count("holdfast.audit.broken", 0, "kind", kind);
        }
        for (String outcome : List.of("taken", "failed")) {
            count("holdfast.reloads", 0, "outcome", outcome);
        }
        count("holdfast.sweeps", 0);
    }

    /** Returns metrics that go to {@code registry}. One is enough for all that a host builds. */
    public static HoldfastMetrics to(MeterRegistry registry) {
        return new HoldfastMetrics(registry);
    }

    /**
     * Adds gauges of how {@code holdfast} and its webhooks stand: they read {@link Holdfast#health()} and
     * {@link Holdfast#webhooks()}, at most once in five seconds whatever the number of gauges. Those of the store are
     * {@code NaN} while it cannot be reached.
     */
    public HoldfastMetrics watch(Holdfast holdfast) {
        new HealthGauges(holdfast::health, registry).bind(holdfast.webhooks().names());
        new WebhookGauges(holdfast.webhooks(), registry).bind();
        return this;
    }

    @Override
    public void on(HoldfastEvent event) {
        Consumer<HoldfastEvent> way = ways.get(event.getClass());
        if (way != null) {
            way.accept(event);
        }
    }

    private <E extends HoldfastEvent> void on(Class<E> kind, Consumer<E> way) {
        ways.put(kind, event -> way.accept(kind.cast(event)));
    }

    private void changed(HoldfastEvent.Changed event) {
        count("holdfast.operations", 1, "kind", event.report().kind(), "outcome", "succeeded", "reason", "none");
        Reload reload = event.report().reload();
        // What another node has reloaded, that one counts.
        if (!(reload instanceof Reload.NotNeeded || reload instanceof Reload.ByAnotherNode)) {
            count("holdfast.reloads", 1, "outcome", reload instanceof Reload.Failed ? "failed" : "taken");
        }
    }

    private void inspected(InspectionReport report) {
        count("holdfast.inspections", report.looked(), "outcome", "looked");
        count("holdfast.inspections", report.failures().size(), "outcome", "failed");
    }

    private void committed(HoldfastEvent.Committed event) {
        String kind = TagValue.of(event.operation().kind());
        registry.timer("holdfast.operation.preparing", "kind", kind).record(event.preparing());
        registry.timer("holdfast.operation.swapping", "kind", kind).record(event.swapping());
    }

    private void operation(Operation operation, String outcome, Object reason) {
        count("holdfast.operations", 1, "kind", operation.kind(), "outcome", outcome, "reason", reason);
    }

    private void swept(SweepReport report) {
        count("holdfast.sweeps", 1);
        count("holdfast.upstreams.asked", report.moved(), "outcome", "moved");
        count("holdfast.upstreams.asked", report.unchanged(), "outcome", "unchanged");
        count("holdfast.upstreams.asked", report.lost(), "outcome", "lost");
        count("holdfast.upstreams.asked", report.failed(), "outcome", "failed");
        report.failures().forEach(failure -> count("holdfast.upstreams.failures", 1, "reason", failure.reason()));
    }

    private void moved(Rollout.Progress progress) {
        count("holdfast.rollouts.moved", 1, "state", progress.state());
    }

    private void moved(HoldfastEvent.ImageRolloutMoved event) {
        moved(event.rollout().progress());
        count("holdfast.images.refreshed", event.replaced());
    }

    private void policies(HoldfastEvent.PoliciesRan event) {
        count("holdfast.policies.updates", event.report().applied(), "outcome", "applied");
        count("holdfast.policies.updates", event.report().failed(), "outcome", "failed");
        count("holdfast.policies.updates", event.report().deferred(), "outcome", "deferred");
    }

    private void images(ImageReport report) {
        engines.images(report);
        // An image that was asked for and then failed is told by an event of its own, whoever applied its update.
        report.of(ImageReport.Outcome.FAILED).stream()
                .filter(item -> item.digest().isEmpty())
                .forEach(item ->
                        item.reason().ifPresent(reason -> count("holdfast.images.failures", 1, "reason", reason)));
    }

    private void imageFailed(HoldfastEvent.ImageFailed event) {
        count("holdfast.images.refreshed", event.replaced());
        count("holdfast.images.failures", 1, "reason", event.reason());
    }

    /** @param tags names and values in turn */
    private void count(String name, double more, Object... tags) {
        String[] words = new String[tags.length];
        for (int i = 0; i < tags.length; i++) {
            words[i] = TagValue.of(tags[i]);
        }
        registry.counter(name, words).increment(more);
    }
}
