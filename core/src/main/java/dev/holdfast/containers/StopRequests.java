package dev.holdfast.containers;

import dev.holdfast.spi.container.ContainerRuntime.Event;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** What events say about stops that somebody asked for, until a look has written it into the rows. */
final class StopRequests {

    private final ConcurrentMap<String, Note> notes = new ConcurrentHashMap<>();
    private final AtomicLong look = new AtomicLong();

    /** Whether a stop was asked for, or a start came after it; and during which look this was heard. */
    private record Note(boolean requested, long look) {}

    void hear(Event event) {
        if (event.kind() != Event.Kind.CHANGED) {
            notes.put(event.containerId(), new Note(event.kind() == Event.Kind.STOP_REQUESTED, look.get()));
        }
    }

    /** A look begins; what is heard from now on may be about containers that it does not see. */
    void begin() {
        look.incrementAndGet();
    }

    /** Returns what is known of a container now: what was heard, or else what its row says. */
    boolean requested(String containerId, boolean recorded) {
        Note note = notes.get(containerId);
        return note == null ? recorded : note.requested();
    }

    /** Forgets what was heard before this look, if the row says so too or the container is gone. */
    void end(Map<String, Boolean> recorded, Set<String> listed) {
        notes.forEach((id, note) -> {
            boolean before = note.look() < look.get();
            boolean written = Boolean.valueOf(note.requested()).equals(recorded.get(id));
            if (before && (written || !listed.contains(id))) {
                notes.remove(id, note);
            }
        });
    }
}
