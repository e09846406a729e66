package dev.holdfast.spring.boot;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastListener;
import dev.holdfast.Probation;
import dev.holdfast.ReloadRule;
import dev.holdfast.Tracing;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.webhook.Webhook;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The host's beans that a Holdfast is made of. Several of a kind that there is one of are an error, unless one is
 * primary.
 *
 * @param store needed
 * @param resolvers all of them
 * @param targets all of them, in their order: the first that serves an address is taken
 * @param listeners all of them
 * @param webhooks all of them, beside those of the properties
 * @param tracing none of several, unless one is primary: no host stops for its traces
 */
record Parts(
        ObjectProvider<TrackingStore> store,
        ObjectProvider<SourceResolver> resolvers,
        ObjectProvider<DeliveryTarget> targets,
        ObjectProvider<HoldfastListener> listeners,
        ObjectProvider<Webhook> webhooks,
        ObjectProvider<HealthProbe> probe,
        ObjectProvider<Probation> probation,
        ObjectProvider<WorkspaceReloader> reloader,
        ObjectProvider<ReloadRule> reloadRule,
        ObjectProvider<ImageWatcher.Builder> images,
        ObjectProvider<ContainerReconciler.Builder> containers,
        ObjectProvider<TrustPolicy> trust,
        ObjectProvider<Admission> admission,
        ObjectProvider<Tracing> tracing) {

    /** Sets them. */
    void addTo(HoldfastBuilder builder) {
        TrackingStore tracking = store.getIfAvailable();
        if (tracking == null) {
            throw new IllegalStateException(
                    "Holdfast has no store: add holdfast-jdbc-store and a single DataSource, or define a"
                            + " TrackingStore bean; holdfast.enabled=false leaves Holdfast out");
        }
        builder.store(tracking);
        resolvers.orderedStream().forEach(builder::resolver);
        targets.orderedStream().forEach(builder::target);
        listeners.orderedStream().forEach(builder::listener);
        webhooks.orderedStream().forEach(builder::webhook);
        probe.ifAvailable(looks -> builder.healthProbe(looks, probation.getIfAvailable(Probation::standard)));
        reloader.ifAvailable(builder::reloader);
        reloadRule.ifAvailable(builder::reloadRule);
        images.ifAvailable(builder::images);
        containers.ifAvailable(builder::containers);
        trust.ifAvailable(builder::trust);
        admission.ifAvailable(builder::admission);
        tracing.ifUnique(builder::tracing);
    }
}
