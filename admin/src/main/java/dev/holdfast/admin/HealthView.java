package dev.holdfast.admin;

import dev.holdfast.Health;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the platform stands, in JSON.
 *
 * @param pending how many updates wait for a decision; null if that is not known now
 * @param failingSources how many sources cannot be asked; null if that is not known now
 * @param differing how many installs differ from what stands on their targets, 100 at most; null if that is not known
 *     now
 */
record HealthView(
        String status,
        String at,
        List<String> problems,
        @Nullable Long pending,
        @Nullable Long failingSources,
        @Nullable Long differing,
        List<String> schemes,
        List<LoopView> loops) {

    /** One of the loops. */
    record LoopView(
            String name,
            long everySeconds,
            @Nullable String runningSince,
            @Nullable String endedAt,
            int failures,
            @Nullable String lastError) {

        static LoopView of(Health.Loop loop) {
            return new LoopView(
                    loop.name(),
                    loop.every().toSeconds(),
                    loop.runningSince().map(Instant::toString).orElse(null),
                    loop.endedAt().map(Instant::toString).orElse(null),
                    loop.failures(),
                    loop.lastError().orElse(null));
        }
    }

    static HealthView of(Health health) {
        return new HealthView(
                Words.of(health.verdict()),
                health.at().toString(),
                health.problems(),
                health.store().map(store -> store.updates().pending()).orElse(null),
                health.store().map(store -> store.upstreams().failing()).orElse(null),
                health.store().map(store -> (long) store.differing().size()).orElse(null),
                health.schemes().stream().sorted().toList(),
                health.loops().stream().map(LoopView::of).toList());
    }
}
