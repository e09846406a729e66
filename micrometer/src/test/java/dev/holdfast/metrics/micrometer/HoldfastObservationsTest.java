package dev.holdfast.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.Tracing;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.TestHoldfast;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationTextPublisher;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host's traces show of Holdfast, whose work changes threads on its way. */
@Timeout(60)
final class HoldfastObservationsTest {

    private static final InstallKey KEY = InstallKey.of("ws-42", "greeter");

    private volatile boolean isWell = true;

    /** A look may take as long as a busy machine needs. */
    private TestHoldfast observed(ObservationRegistry registry) {
        return observed(registry, new Probation(1, Duration.ofSeconds(20), Duration.ofSeconds(30)));
    }

    private TestHoldfast observed(ObservationRegistry registry, Probation probation) {
        HealthProbe probe =
                (workspace, change, deadline) -> isWell ? Health.healthy() : Health.unhealthy("it does not answer");
        return TestHoldfast.create(
                "github",
                builder -> builder.tracing(HoldfastObservations.to(registry))
                        .reloader((workspace, change, deadline) -> {})
                        .healthProbe(probe, probation));
    }

    private static void install(TestHoldfast test) {
        test.upstream("shop/greeter").release("v1.0.0");
        test.holdfast()
                .install(InstallRequest.of(
                                WorkspaceId.of("ws-42"),
                                Source.parse("github://shop/greeter#tag:v1.0.0"),
                                TargetAddress.parse("docker://ws-42/plugins"))
                        .track(TrackedRef.latestTag()));
    }

    private static Update drifted(TestHoldfast test) {
        install(test);
        test.upstream("shop/greeter").release("v1.1.0");
        test.sweep();
        return test.holdfast().updates().pending().findFirst().orElseThrow();
    }

    private static ApplyResult applied(TestHoldfast test, Update update) {
        return test.holdfast().updates().apply(update.id(), update.to(), "alice");
    }

    private static String kind(Observation.ContextView context) {
        return Optional.ofNullable(context.getContextualName())
                .orElseGet(() -> String.valueOf(context.getName()))
                .replace("holdfast ", "");
    }

    /** Each observation that was finished, as "parent > own", in the order in which they ended. */
    private static List<String> tree(TestObservationRegistry registry) {
        List<String> tree = new ArrayList<>();
        TestObservationRegistryAssert.assertThat(registry)
                .forAllObservationsWithNameEqualTo("holdfast.stage", one -> {})
                .hasHandledContextsThatSatisfy(contexts -> contexts.forEach(context -> {
                    ObservationView parent = context.getParentObservation();
                    tree.add((parent == null ? "" : kind(parent.getContextView()) + " > ") + kind(context));
                }));
        return tree;
    }

    @Test
    void eachOperationIsObservedWithItsStagesWithinWhatTheCallerObserves() {
        TestObservationRegistry registry = TestObservationRegistry.create();
        try (TestHoldfast test = observed(registry)) {
            Update update = drifted(test);
            registry.clear();

            Observation.createNotStarted("approval", registry)
                    .lowCardinalityKeyValue("kind", "approval")
                    .observe(() -> applied(test, update));

            assertThat(tree(registry))
                    .containsExactlyInAnyOrder(
                            "apply > fetch",
                            "apply > stage",
                            "apply > swap",
                            "apply > reload",
                            "apply > probe",
                            "approval > apply",
                            "approval");
        }
    }

    @Test
    void installsRollbacksAndSweepsAreObservedWithoutACaller() {
        TestObservationRegistry registry = TestObservationRegistry.create();
        try (TestHoldfast test = observed(registry)) {
            install(test);
            assertThat(tree(registry))
                    .containsExactlyInAnyOrder(
                            "install > resolve",
                            "install > fetch",
                            "install > stage",
                            "install > swap",
                            "install > reload",
                            "install");
            registry.clear();
            test.upstream("shop/greeter").release("v1.1.0");

            test.sweep();

            assertThat(tree(registry)).containsExactlyInAnyOrder("sweep > resolve", "sweep");
            applied(test, test.holdfast().updates().pending().findFirst().orElseThrow());
            registry.clear();

            test.holdfast().rollback(KEY, "alice");

            assertThat(tree(registry)).containsExactlyInAnyOrder("rollback > swap", "rollback > reload", "rollback");
        }
    }

    @Test
    void whatFailsIsRecordedAsAnErrorWithItsReason() {
        TestObservationRegistry registry = TestObservationRegistry.create();
        Probation brief = new Probation(1, Duration.ofMillis(1), Duration.ofMillis(20));
        try (TestHoldfast test = observed(registry, brief)) {
            Update update = drifted(test);
            isWell = false;
            registry.clear();

            assertThat(applied(test, update)).isInstanceOf(ApplyResult.Failed.class);

            for (String name : List.of("holdfast.operation", "holdfast.stage")) {
                TestObservationRegistryAssert.assertThat(registry)
                        .hasAnObservation(one -> one.hasNameEqualTo(name)
                                .hasLowCardinalityKeyValue("reason", "unhealthy")
                                .hasError());
            }
            registry.clear();
            assertThatThrownBy(() -> test.holdfast()
                            .install(InstallRequest.of(
                                    WorkspaceId.of("ws-43"),
                                    Source.parse("github://shop/greeter#tag:v9.0.0"),
                                    TargetAddress.parse("docker://ws-43/plugins"))))
                    .isInstanceOf(PermanentException.class);
            TestObservationRegistryAssert.assertThat(registry)
                    .hasAnObservation(one -> one.hasNameEqualTo("holdfast.operation")
                            .hasLowCardinalityKeyValue("kind", "install")
                            .hasLowCardinalityKeyValue("reason", "ref_not_found")
                            .hasHighCardinalityKeyValue("subject", "ws-43/greeter")
                            .hasError());
        }
    }

    /** What a handler is told, and throws at where it is broken. */
    private enum Told {
        START,
        SCOPE_OPENED,
        SCOPE_CLOSED,
        ERROR,
        STOP
    }

    /** A handler of the host's that is whole until {@link #isBroken} says otherwise. */
    private static final class Breaking implements ObservationHandler<Observation.Context> {

        private final Told at;
        private final AtomicInteger thrown = new AtomicInteger();
        private volatile boolean isBroken;

        Breaking(Told at) {
            this.at = at;
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStart(Observation.Context context) {
            told(Told.START);
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            told(Told.SCOPE_OPENED);
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            told(Told.SCOPE_CLOSED);
        }

        @Override
        public void onError(Observation.Context context) {
            told(Told.ERROR);
        }

        @Override
        public void onStop(Observation.Context context) {
            told(Told.STOP);
        }

        private void told(Told what) {
            if (isBroken && what == at) {
                thrown.incrementAndGet();
                throw new IllegalStateException("broken at " + what);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsChangesNothing(Told at) {
        Breaking handler = new Breaking(at);
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(handler);

        changesNothing(registry, handler);

        assertThat(registry.getCurrentObservationScope()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsChangesNothingWithinWhatTheCallerObserves(Told at) {
        Breaking handler = new Breaking(at);
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(handler);
        Observation caller = Observation.start("approval", registry);

        try (Observation.Scope scope = caller.openScope()) {
            changesNothing(registry, handler);

            assertThat(registry.getCurrentObservationScope()).isSameAs(scope);
        }
        caller.stop();
    }

    private void changesNothing(ObservationRegistry registry, Breaking handler) {
        handler.isBroken = true;
        try (TestHoldfast test = observed(registry)) {
            changesWhatItCanAndRefusesAnUnknownTag(test);
        }
        handler.isBroken = false;
        assertThat(handler.thrown).hasPositiveValue();
    }

    private static void changesWhatItCanAndRefusesAnUnknownTag(TestHoldfast test) {
        assertThat(applied(test, drifted(test))).isInstanceOf(ApplyResult.Applied.class);
        assertThat(test.holdfast().rollback(KEY, "alice").reload()).isEqualTo(new ChangeReport.Reload.Taken());
        assertThatThrownBy(() -> test.holdfast()
                        .install(InstallRequest.of(
                                WorkspaceId.of("ws-43"),
                                Source.parse("github://shop/greeter#tag:v9.0.0"),
                                TargetAddress.parse("docker://ws-43/plugins"))))
                .isInstanceOf(PermanentException.class);
    }

    @Test
    void aTracingThatThrowsAnErrorChangesNothing() {
        Tracing broken = new Tracing() {
            @Override
            public Span begin(Step step) {
                throw new LinkageError("broken");
            }

            @Override
            public <T> Callable<T> carried(Callable<T> work) {
                return () -> {
                    throw new LinkageError("broken");
                };
            }
        };
        try (TestHoldfast test = TestHoldfast.create(
                "github", builder -> builder.tracing(broken).reloader((workspace, change, deadline) -> {}))) {
            changesWhatItCanAndRefusesAnUnknownTag(test);
        }
    }

    /** A pooled thread would take what stays for the parent of its next work. */
    @ParameterizedTest
    @EnumSource(names = {"SCOPE_OPENED", "SCOPE_CLOSED"})
    void aHandlerThatThrowsLeavesNothingOpenOnTheThread(Told at) {
        Breaking handler = new Breaking(at);
        ObservationRegistry registry = ObservationRegistry.create();
        List<String> told = new ArrayList<>();
        registry.observationConfig()
                .observationHandler(new ObservationTextPublisher(told::add))
                .observationHandler(handler);
        HoldfastObservations observations = HoldfastObservations.to(registry);
        Tracing.Step step = new Tracing.Step(Tracing.Kind.APPLY, "ws-42/greeter");

        handler.isBroken = true;
        assertThatThrownBy(() -> observations.begin(step).close()).hasMessageContaining("broken at");

        assertThat(registry.getCurrentObservationScope()).isNull();
        assertThat(told).last().asString().contains("STOP");
        handler.isBroken = false;
        Tracing.Span span = observations.begin(step);
        Callable<String> carried = observations.carried(() -> "done");
        span.close();
        handler.isBroken = true;
        assertThatThrownBy(carried::call).hasMessageContaining("broken at");
        assertThat(registry.getCurrentObservationScope()).isNull();
    }

    @Test
    void anApplyIsExactlyOneTraceOfOpenTelemetry() {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        ObservationRegistry registry = ObservationRegistry.create();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build();
                TestHoldfast test = observed(registry)) {
            OtelTracer tracer = new OtelTracer(provider.get("holdfast"), new OtelCurrentTraceContext(), event -> {});
            Update update = drifted(test);
            registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));

            Observation.createNotStarted("approval", registry).observe(() -> applied(test, update));

            List<SpanData> finished = spans.getFinishedSpanItems();
            assertThat(finished)
                    .extracting(SpanData::getName)
                    .containsExactlyInAnyOrder(
                            "approval",
                            "holdfast apply",
                            "holdfast fetch",
                            "holdfast stage",
                            "holdfast swap",
                            "holdfast reload",
                            "holdfast probe");
            assertThat(finished)
                    .extracting(SpanData::getTraceId)
                    .containsOnly(finished.get(0).getTraceId());
            assertThat(finished).noneMatch(span -> span.getStatus().getStatusCode() == StatusCode.ERROR);
            String apply = id(finished, "holdfast apply");
            assertThat(finished)
                    .filteredOn(span -> span.getName().equals("holdfast apply"))
                    .extracting(SpanData::getParentSpanId)
                    .containsExactly(id(finished, "approval"));
            assertThat(finished)
                    .filteredOn(span -> !List.of("approval", "holdfast apply").contains(span.getName()))
                    .extracting(SpanData::getParentSpanId)
                    .containsOnly(apply);
        }
    }

    private static String id(List<SpanData> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getSpanId();
    }
}
