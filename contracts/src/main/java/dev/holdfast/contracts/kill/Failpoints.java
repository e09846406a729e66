package dev.holdfast.contracts.kill;

import dev.holdfast.spi.Operation;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.OperationHistory;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.PlaceStore;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpstreamStore;
import dev.holdfast.spi.store.WebhookStore;
import dev.holdfast.spi.trust.TrustStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Stands between the engine and its parts, counts and names every call, and does something at one of them.
 *
 * <p>There is one point before each call on a target, store, resolver or reloader, after each entry of an upload and
 * half way through each of its files, after each step of a script, and one at the end. The moment after a call is the
 * moment before the next, and counts once. Inside a script, the steps up to the point are run as a script of their own:
 * steps run in order on every target, so that is what the target looks like when it dies there.
 *
 * <p>What is done at the point may end the process. It may throw an {@link Error}, which nothing in the engine catches;
 * from then on every call throws it again, as if the process were gone. Or it may return: then the work goes on, as
 * after a stall.
 */
public final class Failpoints {

    private static final Set<String> VALUES_ONLY =
            Set.of("serves", "schemes", "upstream", "equals", "hashCode", "toString");

    private final Predicate<Failpoint> chosen;
    private final Runnable death;
    private final List<Failpoint> passed = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int number;
    private boolean reached;
    private boolean dead;

    private Failpoints(Predicate<Failpoint> chosen, Runnable death) {
        this.chosen = chosen;
        this.death = death;
    }

    /** Returns points that are only written down. */
    public static Failpoints recording() {
        return new Failpoints(point -> false, () -> {});
    }

    /** Returns points at the first of which that is {@code chosen}, {@code death} is run. */
    public static Failpoints at(Predicate<Failpoint> chosen, Runnable death) {
        return new Failpoints(chosen, death);
    }

    /** Returns the points that were passed so far, in order. */
    public synchronized List<Failpoint> passed() {
        return List.copyOf(passed);
    }

    /** Returns whether the chosen point was reached. */
    public synchronized boolean reached() {
        return reached;
    }

    /** The operation is over: the last point. */
    public void end() {
        hit("at the end");
    }

    /** Returns {@code target} with points. */
    public DeliveryTarget around(DeliveryTarget target) {
        return new FailpointTarget(target, this);
    }

    /** Returns {@code store} with points. */
    public TrackingStore around(TrackingStore store) {
        return new TrackingStore() {
            @Override
            public InstallStore installs() {
                return pointed(InstallStore.class, "installs", store.installs());
            }

            @Override
            public SweepStore sweeps() {
                return pointed(SweepStore.class, "sweeps", store.sweeps());
            }

            @Override
            public UpstreamStore upstreams() {
                return pointed(UpstreamStore.class, "upstreams", store.upstreams());
            }

            @Override
            public UpdateStore updates() {
                return pointed(UpdateStore.class, "updates", store.updates());
            }

            @Override
            public OperationJournal journal() {
                return pointed(OperationJournal.class, "journal", store.journal());
            }

            @Override
            public PlaceStore places() {
                return pointed(PlaceStore.class, "places", store.places());
            }

            @Override
            public InspectionStore inspections() {
                return pointed(InspectionStore.class, "inspections", store.inspections());
            }

            @Override
            public OperationHistory history() {
                return pointed(OperationHistory.class, "history", store.history());
            }

            @Override
            public AuditLog audit() {
                return pointed(AuditLog.class, "audit", store.audit());
            }

            /** No operation writes there: no points. */
            @Override
            public AuditChain auditChain() {
                return store.auditChain();
            }

            /** No operation writes there: no points. */
            @Override
            public WebhookStore webhooks() {
                return store.webhooks();
            }

            /** Written before anything is sent, and again by whoever tries again: no points. */
            @Override
            public TrustStore trust() {
                return store.trust();
            }

            /** Points where a rollout begins and moves; what an operation only reads there has none. */
            @Override
            public FleetStore fleet() {
                FleetStore real = store.fleet();
                return new PointedFleet(
                        real.labels(),
                        real.quarantines(),
                        real.plans(),
                        pointed(RolloutStore.class, "rollouts", real.rollouts()));
            }
        };
    }

    private record PointedFleet(LabelStore labels, QuarantineStore quarantines, PlanStore plans, RolloutStore rollouts)
            implements FleetStore {}

    /** Returns {@code resolver} with points. */
    public SourceResolver around(SourceResolver resolver) {
        return pointed(SourceResolver.class, "source", resolver);
    }

    /** Returns {@code reloader} with points. */
    public WorkspaceReloader around(WorkspaceReloader reloader) {
        return pointed(WorkspaceReloader.class, "workspace", reloader);
    }

    private <T> T pointed(Class<T> type, String part, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    if (!VALUES_ONLY.contains(method.getName())) {
                        hit("before " + part + "." + method.getName() + phase(given));
                    }
                    return called(real, method, given);
                }));
    }

    private static String phase(Object[] given) {
        for (Object argument : given == null ? new Object[0] : given) {
            if (argument instanceof Operation.Phase phase) {
                return " " + phase;
            }
        }
        return "";
    }

    private static Object called(Object real, Method method, Object[] given) throws Throwable {
        try {
            return method.invoke(real, given);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** Returns {@code what} with its ordinal among those of its kind: {@code script 2}. */
    synchronized String numbered(String what) {
        return what + " " + counts.merge(what, 1, Integer::sum);
    }

    /** Passes a point, or dies there. */
    synchronized void hit(String name) {
        if (dead) {
            death.run();
        }
        number++;
        Failpoint point = new Failpoint(number, name);
        passed.add(point);
        if (!reached && chosen.test(point)) {
            strike();
        }
    }

    /** Does what is to be done at the point. */
    synchronized void strike() {
        reached = true;
        dead = true;
        death.run();
        dead = false;
    }

    /**
     * Takes the points of a script, whose steps are known before it runs; returns the one to die at, if it is among
     * them.
     */
    synchronized Optional<Failpoint> among(List<String> names) {
        Optional<Failpoint> found = Optional.empty();
        for (String name : names) {
            Failpoint point = new Failpoint(++number, name);
            passed.add(point);
            if (!reached && found.isEmpty() && chosen.test(point)) {
                found = Optional.of(point);
            }
        }
        return found;
    }

    /** Takes back the points of a script's last steps, which were never run. */
    synchronized void unreached(Set<String> names) {
        passed.removeIf(point -> names.contains(point.name()));
    }
}
