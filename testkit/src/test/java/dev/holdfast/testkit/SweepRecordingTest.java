package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpstreamStore.Standing;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A store that refuses what one upstream answered, as one does whose encoding lacks a letter. */
final class SweepRecordingTest {

    private final InMemoryTrackingStore store;
    private final TestHoldfast test;

    SweepRecordingTest() {
        MutableClock clock = MutableClock.create();
        store = InMemoryTrackingStore.create(clock);
        test = TestHoldfast.create("github", builder -> builder.store(refusing("acme/b")));
    }

    @Test
    void anAnswerThatTheStoreRefusesKeepsNoOtherFromBeingAskedAndIsNotBookedAsTheUpstreams() {
        for (String location : new String[] {"acme/a", "acme/b", "acme/c"}) {
            test.sources().tag(location, "v1.0.0", test.sources().commit(location, Map.of("a", "1")));
            test.holdfast()
                    .install(InstallRequest.of(
                                    WorkspaceId.of("ws"),
                                    Source.parse("github://" + location + "#tag:v1.0.0"),
                                    TargetAddress.parse("dir:///srv"))
                            .track(TrackedRef.latestTag()));
            test.sources().tag(location, "v1.1.0", test.sources().commit(location, Map.of("a", "2")));
        }

        SweepReport report = test.holdfast().sweeper().sweep();

        assertThat(report.queued()).isEqualTo(2);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.STORE);
            assertThat(failure.upstream().key()).contains("acme/b");
        });
        assertThat(store.upstreams().list(Page.Request.first(10)).items())
                .hasSize(3)
                .extracting(UpstreamStatus::standing)
                .containsOnly(Standing.READY);
        assertThat(report.failures().get(0).message()).contains("no such letter");
        test.close();
    }

    private TrackingStore refusing(String location) {
        return proxy(TrackingStore.class, (method, arguments) -> {
            Object part = called(store, method, arguments);
            return part instanceof SweepStore sweeps ? refusing(location, sweeps) : part;
        });
    }

    private static SweepStore refusing(String location, SweepStore sweeps) {
        return proxy(SweepStore.class, (method, arguments) -> {
            if (method.getName().equals("record")
                    && ((SweepClaim) arguments[0]).upstream().key().contains(location)) {
                throw new PermanentException(Reason.STORE, "no such letter in this encoding");
            }
            return called(sweeps, method, arguments);
        });
    }

    private interface Call {
        @Nullable Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.of(method, arguments)));
    }

    private static @Nullable Object called(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
