package dev.holdfast;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.TargetAddress;
import java.util.List;

/**
 * What a collection did.
 *
 * @param places how many places were due, and looked at
 * @param releases how many releases were removed
 * @param failed how many places could not be reached or were in use; they are tried again by themselves, each at its
 *     time
 * @param stuck what could not be removed; it is tried again by itself, ever more seldom
 * @param held what was due and stays because a reader holds it, once for each reader; it is looked at again when the
 *     lease of holds has passed
 */
public record CollectReport(int places, int releases, int failed, List<Stuck> stuck, List<ReaderHold> held) {

    /** Copies the lists. */
    public CollectReport {
        stuck = List.copyOf(stuck);
        held = List.copyOf(held);
    }

    /**
     * Something that the target does not let go: files of another user, an immutable file. A release whose marker went
     * before that is no way back any more.
     *
     * @param key whose
     * @param address where
     * @param path below the address
     * @param why what the target said
     */
    public record Stuck(InstallKey key, TargetAddress address, String path, String why) {

        @Override
        public String toString() {
            return path + " of " + key + " at " + address + " cannot be removed (" + why
                    + "); change its owner or permissions, or remove it by hand";
        }
    }
}
