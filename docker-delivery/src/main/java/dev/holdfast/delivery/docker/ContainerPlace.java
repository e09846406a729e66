package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A directory in a container that can be delivered to.
 *
 * @param id the container's full id: a session never moves over to another container of the same name
 * @param path absolute path of the directory
 * @param base a directory at or above it that exists and is on the same mount: nothing is unpacked above it, because
 *     the engine refuses to reach a writable volume through a read-only directory
 * @param running whether the container runs; a stopped one is reached through its volumes only
 * @param readOnly whether nothing can be written there; looking goes on
 * @param userNamespace the container's own user namespace mode: {@code host}, or empty for the engine's
 * @param reach whether the container's root can write there as the engine can
 */
record ContainerPlace(
        String id, String path, String base, boolean running, boolean readOnly, String userNamespace, RootReach reach) {

    private static final List<String> KERNEL = List.of("/dev", "/proc", "/sys");

    /**
     * Returns the place, or refuses it for what can be known now.
     *
     * @param helped whether there is an image for a helper container
     */
    static ContainerPlace of(TargetAddress address, JsonNode container, boolean helped) {
        boolean running = running(address, container.path("State"));
        String path = address.path();
        JsonNode host = container.path("HostConfig");
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
        Optional<JsonNode> mount = mounts(container).stream()
                .filter(m -> covers(destination(m), path))
                .reduce((a, b) -> destination(a).length() >= destination(b).length() ? a : b);
        boolean readOnly = mount.map(m -> !m.path("RW").asBoolean(true))
                .orElseGet(() -> host.path("ReadonlyRootfs").asBoolean());
        if (!running && (mount.isEmpty() || !helped)) {
            throw stopped(address, container.path("State"), mount.isPresent());
        }
        return new ContainerPlace(
                container.path("Id").asText(),
                path,
                mount.map(ContainerPlace::destination).orElse("/"),
                running,
                readOnly,
                host.path("UsernsMode").asText(""),
                RootReach.of(
                        container,
                        mount.filter(m -> m.path("Type").asText().equals("bind"))
                                .isPresent()));
    }

    /** Refuses to change what is read-only. */
    void requireWritable() {
        if (readOnly) {
            throw new PermanentException(
                    Reason.TARGET_READ_ONLY, path + " is read-only in the container; give it a writable volume there");
        }
    }

    /**
     * Returns the directory that archives are unpacked into: this one, or the nearest above it that exists. The engine
     * follows links on the way to it; what it does with those that an entry of an archive goes through differs by
     * version, so none does: below that directory there is nothing yet.
     */
    String nearest(ContainerFiles files) {
        String nearest = path;
        while (!nearest.equals(base)) {
            Optional<Entry> there = files.glanced(nearest);
            if (there.isPresent() && there.get().kind() == Entry.Kind.LINK) {
                refuseLinkToNowhere(files, nearest);
                return nearest;
            }
            if (there.isPresent()) {
                return nearest;
            }
            nearest = nearest.substring(0, Math.max(base.length(), nearest.lastIndexOf('/')));
        }
        return base;
    }

    private static void refuseLinkToNowhere(ContainerFiles files, String link) {
        if (!files.leadsToDirectory(link)) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    link + " is a link to '" + files.target(link)
                            + "', where nothing is; make that directory or remove the link");
        }
    }

    /**
     * Refuses a container whose first process a helper would take for that of another: in a process namespace that is
     * shared, that of number one is the host's, or another container's.
     */
    static void refuseSharedProcesses(TargetAddress address, JsonNode container) {
        String mode = container.path("HostConfig").path("PidMode").asText("");
        if (!mode.isEmpty() && !mode.equals("private")) {
            throw unusable(
                    address,
                    "the container has no shell, and shares the processes of another (--pid " + mode
                            + "), among which a helper container cannot tell its files",
                    "give it processes of its own, a shell, or stop it and use a volume");
        }
    }

    /** Returns the name of {@code directory} of this place relative to a directory at or above it. */
    String below(String above, String directory) {
        String absolute = path + "/" + directory;
        return above.equals("/") ? absolute.substring(1) : absolute.substring(above.length() + 1);
    }

    private static boolean running(TargetAddress address, JsonNode state) {
        if (state.path("Restarting").asBoolean()) {
            throw new TransientException(
                    Reason.UNREACHABLE, address + ": the container is restarting; try again when it runs");
        }
        if (state.path("Paused").asBoolean()) {
            throw unusable(address, "the container is paused", "unpause it");
        }
        if (state.path("Dead").asBoolean()) {
            throw unusable(address, "the container is dead", "make another");
        }
        return state.path("Running").asBoolean();
    }

    private static PermanentException stopped(TargetAddress address, JsonNode state, boolean mounted) {
        String what = "the container is not running (" + state.path("Status").asText() + ")";
        return mounted
                ? unusable(address, what, "start it, or name an image with DockerTarget.helperImage")
                : unusable(
                        address,
                        what + ", and only what lies on a volume or bind mount is reached then",
                        "start it, or give it a volume there");
    }

    /** A mount inside our own folders would turn the renames between them into copies. */
    private static void refuseInnerMounts(TargetAddress address, JsonNode container, List<String> hidden) {
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

    private static List<JsonNode> mounts(JsonNode container) {
        List<JsonNode> mounts = new ArrayList<>();
        for (JsonNode mount : container.path("Mounts")) {
            if (!mount.path("Destination").asText("").isEmpty()) {
                mounts.add(mount);
            }
        }
        return mounts;
    }

    private static String destination(JsonNode mount) {
        String path = mount.path("Destination").asText();
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static List<String> tmpfs(JsonNode host) {
        List<String> paths = new ArrayList<>();
        host.path("Tmpfs").fieldNames().forEachRemaining(paths::add);
        for (JsonNode mount : host.path("Mounts")) {
            if (mount.path("Type").asText().equals("tmpfs") && mount.hasNonNull("Target")) {
                paths.add(mount.path("Target").asText());
            }
        }
        return paths;
    }

    private static PermanentException unusable(TargetAddress address, String why, String remedy) {
        return new PermanentException(Reason.TARGET_UNUSABLE, address + ": " + why + "; " + remedy);
    }
}
