package dev.holdfast.examples.own;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.nio.file.Path;

/** Places that a host knows by name: {@code share://team-a/plugins} is a folder below one root of this machine. */
public final class SharedFolders implements DeliveryTarget {

    private final Path root;
    private final DeliveryTarget folders = DirectoryTarget.create();

    /** Creates the target for folders below {@code root}. */
    public SharedFolders(Path root) {
        this.root = root;
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("share") && !address.authority().isEmpty();
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        Path folder = root.resolve(address.authority() + address.path());
        return folders.open(TargetAddress.parse("dir://" + folder), deadline);
    }
}
