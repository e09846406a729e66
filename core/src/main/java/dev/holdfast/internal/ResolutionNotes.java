package dev.holdfast.internal;

import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.Resolution;
import java.util.Optional;

/** What there is to tell about the latest answers to this process: of the refs asked last, and lost when it ends. */
final class ResolutionNotes {

    private static final int MOST = 10_000;

    private final RecentlyUsed<Key, String> notes = new RecentlyUsed<>(MOST);

    private record Key(Upstream upstream, TrackedRef ref) {}

    void take(Upstream upstream, TrackedRef ref, Resolution answer) {
        Optional<String> note = Optional.empty();
        if (answer instanceof Resolution.Found found) {
            note = found.unread().map(Resolution.Unread::text);
        } else if (answer instanceof Resolution.Absent absent && !absent.why().isEmpty()) {
            note = Optional.of(absent.why());
        }
        Key key = new Key(upstream, ref);
        note.ifPresentOrElse(text -> notes.put(key, text), () -> notes.remove(key));
    }

    Optional<String> of(Upstream upstream, TrackedRef ref) {
        return notes.find(new Key(upstream, ref));
    }
}
