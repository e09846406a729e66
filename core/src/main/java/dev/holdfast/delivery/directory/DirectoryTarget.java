package dev.holdfast.delivery.directory;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.TargetSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Directories of this machine as targets: {@code dir:///srv/plugins}. Needs a POSIX file system; what it makes has the
 * modes that {@link TargetSession} names, whatever the umask, and the owner of this process, but for {@link #owner}.
 * What this process can only read can be looked at; a change is refused before anything is written.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class DirectoryTarget implements DeliveryTarget {

    private static final DirectoryTarget DURABLE = new DirectoryTarget(true, Optional.empty());

    private final boolean durable;
    private final Optional<FileOwner> owner;

    private DirectoryTarget(boolean durable, Optional<FileOwner> owner) {
        this.durable = durable;
        this.owner = owner;
    }

    /** Returns the target, durable. */
    public static DirectoryTarget create() {
        return DURABLE;
    }

    /**
     * Returns a target with this setting. Durable means: an upload has forced every file and directory to the disk when
     * it returns, and a script has forced the directories of each rename, so that what was reported as done survives a
     * loss of power. Costs one forced write for each file.
     */
    public DirectoryTarget durable(boolean durable) {
        return new DirectoryTarget(durable, owner);
    }

    /**
     * Returns a target like this one that gives what it delivers to {@code owner}; {@link FileOwner} says what that is.
     * A process that may not do so is refused at the first upload, with {@link dev.holdfast.spi.Reason#FORBIDDEN}.
     */
    public DirectoryTarget owner(FileOwner owner) {
        return new DirectoryTarget(durable, Optional.of(owner));
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("dir") && address.authority().isEmpty();
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        if (!serves(address)) {
            throw PermanentException.invalid("target", address.toString(), "write dir:///absolute/path");
        }
        deadline.check("opening " + address);
        Path root = DirectoryDisk.below(Path.of("/"), address.path());
        refuseUnusable(DirectoryDisk.nearest(root));
        return new DirectorySession(root, new DirectoryDisk(durable), owner, deadline);
    }

    private static void refuseUnusable(Path nearest) {
        if (!Files.isDirectory(nearest)) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE, nearest + " is no directory; choose another address or move it away");
        }
        if (!nearest.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE, nearest + " is on a file system without POSIX permissions; choose another");
        }
    }
}
