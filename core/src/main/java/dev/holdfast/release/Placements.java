package dev.holdfast.release;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.Optional;

/** Reads from a target what stands at a live path, and what the markers of releases say. */
final class Placements {

    private Placements() {}

    /** Returns what stands at the live path, read from the target. */
    static Placement live(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        Optional<Entry> live = session.stat(layout.live());
        if (live.isEmpty()) {
            return new Placement.Missing();
        }
        Optional<Stamp> stamp = live.get().linkTarget().flatMap(layout::stampOf);
        if (stamp.isEmpty()) {
            return new Placement.Foreign(AdoptedDirectory.described(live.get()) + " that Holdfast did not make");
        }
        return release(session, plugin, stamp.get());
    }

    /**
     * Returns the release of a stamp as its marker describes it: {@link Placement.Live}, live or not, or
     * {@link Placement.Unmarked}.
     */
    static Placement release(TargetSession session, PluginName plugin, Stamp stamp) {
        Optional<byte[]> bytes = markerBytes(session, plugin, stamp);
        if (bytes.isEmpty()) {
            return new Placement.Unmarked("release " + stamp + " has no marker");
        }
        try {
            Marker marker = Marker.parse(bytes.get());
            return new Placement.Live(
                    marker.release(), marker.label().source(), marker.label().epoch());
        } catch (Marker.Unreadable e) {
            return new Placement.Unmarked("the marker of release " + stamp + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns the marker of a release; empty if it has none that can be read. */
    static Optional<Marker> marker(TargetSession session, PluginName plugin, Stamp stamp) {
        return markerBytes(session, plugin, stamp).flatMap(Placements::parsed);
    }

    /** Returns a marker; empty if these bytes are none. */
    static Optional<Marker> parsed(byte[] bytes) {
        try {
            return Optional.of(Marker.parse(bytes));
        } catch (Marker.Unreadable e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> markerBytes(TargetSession session, PluginName plugin, Stamp stamp) {
        return session.read(new Layout(plugin).release(stamp) + "/" + Layout.MARKER, Marker.LARGEST);
    }

    /** Returns the stamp that the live path names; empty if nothing of ours does. */
    static Optional<Stamp> liveStamp(TargetSession session, Layout layout) {
        return session.stat(layout.live()).flatMap(Entry::linkTarget).flatMap(layout::stampOf);
    }
}
