package dev.holdfast.examples.host;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import java.nio.file.Path;
import java.util.Optional;

/** Decides where a workspace's plugins go. Callers name a container at most; paths are ours. */
final class Places {

    private static final String IN_CONTAINERS = "/configs/plugins";

    private final Path directories;
    private final boolean docker;

    Places(Path directories, boolean docker) {
        this.directories = directories;
        this.docker = docker;
    }

    /**
     * Returns the place of a workspace: in the container that is named, or in a directory of its own.
     *
     * @throws PermanentException if a container is named and this platform has no engine
     */
    TargetAddress of(WorkspaceId workspace, Optional<String> container) {
        if (container.isEmpty()) {
            return new TargetAddress(
                    "dir",
                    "",
                    directories.resolve(workspace.value()).resolve("plugins").toString());
        }
        if (!docker) {
            throw PermanentException.invalid(
                    "container", container.get(), "this platform was started without --docker");
        }
        return new TargetAddress("docker", container.get(), IN_CONTAINERS);
    }
}
