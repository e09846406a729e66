package dev.holdfast.admin;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of an upstream, in JSON. */
record UpstreamView(
        Name upstream,
        String state,
        long installs,
        int failures,
        @Nullable String lastError,
        @Nullable String failingSince,
        @Nullable String checkedAt,
        String dueAt,
        @Nullable String suspended,
        Map<String, String> refs) {

    /** What an upstream is known by: what requests about one name. */
    record Name(
            @Nullable String scheme,
            @Nullable String key,
            @Nullable String host) {

        static Name of(Upstream upstream) {
            return new Name(upstream.scheme(), upstream.key(), upstream.host());
        }

        Upstream upstream() {
            return new Upstream(
                    Requests.needed("scheme", scheme), Requests.needed("key", key), Requests.needed("host", host));
        }
    }

    static UpstreamView of(UpstreamStatus status) {
        return new UpstreamView(
                Name.of(status.upstream()),
                state(status),
                status.installs(),
                status.failures(),
                status.lastError().orElse(null),
                status.failingSince().map(Instant::toString).orElse(null),
                status.checkedAt().map(Instant::toString).orElse(null),
                status.dueAt().toString(),
                status.suspended().orElse(null),
                refs(status.refs()));
    }

    private static String state(UpstreamStatus status) {
        if (status.suspended().isPresent()) {
            return "suspended";
        }
        if (status.failures() > 0) {
            return "failing";
        }
        return status.checkedAt().isPresent() ? "ready" : "not-asked-yet";
    }

    private static Map<String, String> refs(Map<TrackedRef, Revision> refs) {
        Map<String, String> sorted = new TreeMap<>();
        refs.forEach((ref, revision) -> sorted.put(ref.toString(), revision.value()));
        return sorted;
    }
}
