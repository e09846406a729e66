package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory in a container that can be delivered to.
 *
 * @param id the container's full id: a session never moves over to another container of the same name
 * @param path absolute path of the directory
 * @param base an existing directory at or above it, on the same mount: archives are unpacked there, because the engine
 *     refuses to reach a writable volume through a read-only directory
 * @param running whether the container runs; a stopped one is reached through its volumes only
 * @param readOnly whether nothing can be written there; looking goes on
 */
record ContainerPlace(String id, String path, String base, boolean running, boolean readOnly) {

    private static final List<String> KERNEL = List.of("/dev", "/proc", "/sys");

    /**
     * Returns the place, or refuses it for what can be known now.
     *
     * @param helped whether there is an image for a helper container
     */
    static ContainerPlace of(TargetAddress address, InspectContainerResponse container, boolean helped) {
        boolean running = running(address, container.getState());
        String path = address.path();
        HostConfig host = container.getHostConfig();
        List<String> hidden = new ArrayList<>(KERNEL);
        hidden.addAll(tmpfs(host));
        for (String mount : hidden) {
            if (covers(mount, path)) {
                throw unusable(
                        address,
                        mount + " is a tmpfs, where an upload stays invisible",
                        "use a volume or another path");
            }
        }
        refuseInnerMounts(address, container, hidden);
        Optional<InspectContainerResponse.Mount> mount = mounts(container).stream()
                .filter(m -> covers(destination(m), path))
                .reduce((a, b) -> destination(a).length() >= destination(b).length() ? a : b);
        boolean readOnly = mount.map(m -> Boolean.FALSE.equals(m.getRW()))
                .orElse(Boolean.TRUE.equals(host == null ? null : host.getReadonlyRootfs()));
        if (!running && (mount.isEmpty() || !helped)) {
            throw stopped(address, container.getState(), mount.isPresent());
        }
        return new ContainerPlace(
                container.getId(), path, mount.map(ContainerPlace::destination).orElse("/"), running, readOnly);
    }

    /** Refuses to change what is read-only. */
    void requireWritable() {
        if (readOnly) {
            throw new PermanentException(
                    Reason.TARGET_READ_ONLY, path + " is read-only in the container; give it a writable volume there");
        }
    }

    /** Explains an upload that failed because the path is a link to nowhere, of which the engine says that it exists. */
    void refuseLinkToNowhere(ContainerFiles files) {
        Optional<String> to = files.look(path).flatMap(Entry::linkTarget);
        if (to.isPresent() && files.stored(path + "/.").isEmpty()) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    path + " is a link to '" + to.get()
                            + "', where nothing is; make that directory or remove the link");
        }
    }

    /**
     * Refuses a container whose first process a helper would take for that of another: in a process namespace that is
     * shared, that of number one is the host's, or another container's.
     */
    static void refuseSharedProcesses(TargetAddress address, InspectContainerResponse container) {
        HostConfig host = container.getHostConfig();
        String mode = host == null || host.getPidMode() == null ? "" : host.getPidMode();
        if (!mode.isEmpty() && !mode.equals("private")) {
            throw unusable(
                    address,
                    "the container has no shell, and shares the processes of another (--pid " + mode
                            + "), among which a helper container cannot tell its files",
                    "give it processes of its own, a shell, or stop it and use a volume");
        }
    }

    /** Returns the name of {@code directory} of this place relative to {@link #base}. */
    String belowBase(String directory) {
        String absolute = path + "/" + directory;
        return base.equals("/") ? absolute.substring(1) : absolute.substring(base.length() + 1);
    }

    private static boolean running(TargetAddress address, ContainerState state) {
        if (Boolean.TRUE.equals(state.getRestarting())) {
            throw new TransientException(
                    Reason.UNREACHABLE, address + ": the container is restarting; try again when it runs");
        }
        if (Boolean.TRUE.equals(state.getPaused())) {
            throw unusable(address, "the container is paused", "unpause it");
        }
        if (Boolean.TRUE.equals(state.getDead())) {
            throw unusable(address, "the container is dead", "make another");
        }
        return Boolean.TRUE.equals(state.getRunning());
    }

    private static PermanentException stopped(TargetAddress address, ContainerState state, boolean mounted) {
        String what = "the container is not running (" + state.getStatus() + ")";
        return mounted
                ? unusable(address, what, "start it, or name an image with DockerTarget.helperImage")
                : unusable(
                        address,
                        what + ", and only what lies on a volume or bind mount is reached then",
                        "start it, or give it a volume there");
    }

    /** A mount inside our own folders would turn the renames between them into copies. */
    private static void refuseInnerMounts(
            TargetAddress address, InspectContainerResponse container, List<String> hidden) {
        List<String> all = new ArrayList<>(hidden);
        mounts(container).forEach(m -> all.add(destination(m)));
        for (String mount : all) {
            if (mount.startsWith(address.path() + "/.")) {
                throw unusable(
                        address,
                        mount + " is a mount, so nothing can be renamed into or out of it",
                        "mount the whole path");
            }
        }
    }

    private static boolean covers(String mount, String path) {
        return path.equals(mount) || path.startsWith(mount.equals("/") ? "/" : mount + "/");
    }

    private static List<InspectContainerResponse.Mount> mounts(InspectContainerResponse container) {
        List<InspectContainerResponse.Mount> mounts = container.getMounts();
        return mounts == null
                ? List.of()
                : mounts.stream().filter(m -> m.getDestination() != null).toList();
    }

    private static String destination(InspectContainerResponse.Mount mount) {
        String path = mount.getDestination().getPath();
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Collection<String> tmpfs(@Nullable HostConfig host) {
        List<String> paths = new ArrayList<>();
        if (host != null) {
            Map<String, String> direct = host.getTmpFs();
            if (direct != null) {
                paths.addAll(direct.keySet());
            }
            List<Mount> mounts = host.getMounts();
            if (mounts != null) {
                mounts.stream()
                        .filter(m -> m.getType() == MountType.TMPFS && m.getTarget() != null)
                        .forEach(m -> paths.add(m.getTarget()));
            }
        }
        return paths;
    }

    private static PermanentException unusable(TargetAddress address, String why, String remedy) {
        return new PermanentException(Reason.TARGET_UNUSABLE, address + ": " + why + "; " + remedy);
    }
}
