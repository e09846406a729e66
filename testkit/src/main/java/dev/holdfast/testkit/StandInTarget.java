package dev.holdfast.testkit;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.nio.file.Path;

/**
 * Serves every address from a directory of this machine, so that a host's own addresses work without its own machines.
 */
final class StandInTarget implements DeliveryTarget {

    private final DirectoryTarget directories = DirectoryTarget.create().durable(false);
    private final Path root;

    StandInTarget(Path root) {
        this.root = root;
    }

    /** Returns the directory that stands in for {@code address}. */
    Path root(TargetAddress address) {
        // An authority may be empty, and is never a path: nothing leads out of the root.
        return root.resolve(address.scheme()).resolve("@" + address.authority() + address.path());
    }

    @Override
    public boolean serves(TargetAddress address) {
        return true;
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        return directories.open(new TargetAddress("dir", "", root(address).toString()), deadline);
    }
}
