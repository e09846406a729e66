package dev.holdfast.release;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Release;
import java.util.List;
import java.util.Optional;

/** What reading every file of a live release, and comparing it with what was delivered, found. */
public sealed interface Verification {

    /**
     * Returns how what stands at a live path differs from the record, as far as no file is read for it; empty if it
     * does not.
     */
    static Optional<Verification> differing(Placement placement, Install install) {
        if (placement instanceof Placement.Missing) {
            return Optional.of(new Missing());
        }
        if (placement instanceof Placement.Unmarked unmarked) {
            return Optional.of(new Unmarked(unmarked.why()));
        }
        if (placement instanceof Placement.Foreign foreign) {
            return Optional.of(new Foreign(foreign.what()));
        }
        Release live = ((Placement.Live) placement).release();
        return live.equals(install.release())
                ? Optional.empty()
                : Optional.of(new Foreign("release " + live.stamp() + " of revision " + live.revision() + ", and "
                        + install.release().stamp() + " is recorded"));
    }

    /**
     * Every file is as it was delivered, and it is the release that is recorded.
     *
     * @param ignored how many entries were added that {@link HoldfastBuilder#verifyIgnores} says to ignore
     */
    record Intact(int ignored) implements Verification {
        /** Nothing was ignored. */
        public Intact() {
            this(0);
        }
    }

    /**
     * The release that is recorded, with files that differ from what was delivered.
     *
     * @param changed paths whose content, type or mode is another
     * @param added paths that were not delivered
     * @param removed paths that were delivered and are gone
     * @param ignored how many entries were added that {@link HoldfastBuilder#verifyIgnores} says to ignore
     */
    record Tampered(List<String> changed, List<String> added, List<String> removed, int ignored)
            implements Verification {
        /** Nothing was ignored. */
        public Tampered(List<String> changed, List<String> added, List<String> removed) {
            this(changed, added, removed, 0);
        }

        /** Copies the lists. */
        public Tampered {
            changed = List.copyOf(changed);
            added = List.copyOf(added);
            removed = List.copyOf(removed);
        }
    }

    /** Nothing stands at the live path. */
    record Missing() implements Verification {}

    /**
     * A release of ours whose marker is missing or cannot be read.
     *
     * @param why what is wrong with it, for people
     */
    record Unmarked(String why) implements Verification {}

    /**
     * Something else than what is recorded: not put there by Holdfast, or by a Holdfast with another store.
     *
     * @param what it is, for people
     */
    record Foreign(String what) implements Verification {}
}
