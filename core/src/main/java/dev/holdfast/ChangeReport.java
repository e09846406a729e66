package dev.holdfast;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import java.util.List;
import java.util.Optional;

/**
 * What a change did.
 *
 * @param kind what was done
 * @param key the install
 * @param from the revision that was installed before; empty for a first install
 * @param now what is live and recorded; empty after an uninstall
 * @param changed false if the wanted revision was live already, so that nothing was delivered
 * @param reload what became of the workspace's reload
 * @param held after an uninstall, the holds of readers that keep releases on the target; empty after any other change,
 *     and where the target could not be asked for them
 */
public record ChangeReport(
        Operation.Kind kind,
        InstallKey key,
        Optional<Revision> from,
        Optional<Release> now,
        boolean changed,
        Reload reload,
        List<ReaderHold> held) {

    /** Copies the list. */
    public ChangeReport {
        held = List.copyOf(held);
    }

    /** A change after which nobody was asked for holds. */
    ChangeReport(
            Operation.Kind kind,
            InstallKey key,
            Optional<Revision> from,
            Optional<Release> now,
            boolean changed,
            Reload reload) {
        this(kind, key, from, now, changed, reload, List.of());
    }

    ChangeReport held(List<ReaderHold> holds) {
        return new ChangeReport(kind, key, from, now, changed, reload, holds);
    }

    /** What became of the workspace's reload, as it was taken, not as it was planned. */
    public sealed interface Reload {

        /** The host gave no reloader, nothing changed, or the host's {@link ReloadRule} found that it need not. */
        record NotNeeded() implements Reload {}

        /** The host's reloader was called and returned. */
        record Taken() implements Reload {}

        /** Another node finished the operation, and did what was needed. */
        record ByAnotherNode() implements Reload {}

        /**
         * The host's reloader failed; the change stands.
         *
         * @param why what it said
         */
        record Failed(String why) implements Reload {}
    }
}
