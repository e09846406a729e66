package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ChangeReport;
import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReloadTimeTest {

    private static final Duration LONGEST = Duration.ofSeconds(1);

    /** A store that takes longer to extend the lease than a reload may last. */
    private static TrackingStore slow(TrackingStore store) {
        OperationJournal journal = proxy(OperationJournal.class, store.journal(), (method, arguments) -> {
            if (method.getName().equals("advance") && arguments[1] == Operation.Phase.RECORDED) {
                LockSupport.parkNanos(LONGEST.multipliedBy(3).dividedBy(2).toNanos());
            }
        });
        return (TrackingStore) Proxy.newProxyInstance(
                TrackingStore.class.getClassLoader(),
                new Class<?>[] {TrackingStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals("journal") ? journal : method.invoke(store, arguments));
    }

    private interface Before {
        void call(Method method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, T real, Before before) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    before.call(method, arguments == null ? new Object[0] : arguments);
                    return method.invoke(real, arguments);
                }));
    }

    @Test
    void aStoreThatHardlyAnswersLeavesAReloadItsTime(@TempDir Path root) {
        AtomicInteger reloads = new AtomicInteger();
        ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
        sources.commit("acme/greeter", Map.of("SKILL.md", "one"));
        try (Holdfast holdfast = Holdfast.builder()
                .store(slow(InMemoryTrackingStore.create(Clock.systemUTC())))
                .resolver(sources)
                .target(DirectoryTarget.create().durable(false))
                .reloader((workspace, change, deadline) -> reloads.incrementAndGet())
                .timings(Timings.standard().recover(LONGEST).lease(Duration.ofMinutes(1)))
                .build()) {

            ChangeReport report = holdfast.install(InstallRequest.of(
                    WorkspaceId.of("ws-1"),
                    Source.parse("scripted://acme/greeter"),
                    TargetAddress.parse("dir://" + root)));

            assertThat(report.reload()).isEqualTo(new Reload.Taken());
            assertThat(reloads).hasValue(1);
        }
    }
}
