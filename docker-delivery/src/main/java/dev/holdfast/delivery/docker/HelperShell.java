package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.VolumesFrom;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.PosixScript;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shell of a helper container, for a container that has none or does not run. It is started at the first need and
 * removed with the session. One whose JVM has died ends at the session's deadline, and the engine then removes it; only
 * one that was made and never started stays, until the next helper is made after that time.
 */
final class HelperShell implements Shell {

    private static final String LABEL = "dev.holdfast.helper";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** By how much the clocks of two hosts of one engine may differ. */
    private static final Duration SKEW = Duration.ofMinutes(10);

    /** Chosen here: an engine refuses to filter by a state that it does not know, and each knows others. */
    private static final Set<String> AT_REST = Set.of("created", "configured", "exited", "stopped", "dead");

    private static final int NO_ENTRY = 74;
    /**
     * The container's files are entered once and held. The look at the end is for a container that ends meanwhile: its
     * volumes vanish a moment before the helper is killed, and that must not look as if nothing was there.
     */
    private static final String IN_ITS_FILES = """
            cd /proc/1/root/. || exit 74
            "$@"
            code=$?
            [ -d /proc/1/root/. ] || exit 137
            exit "$code"
            """;

    private final DockerClient client;
    private final String image;
    private final ContainerPlace place;
    private final DockerCalls calls;
    private final Clock clock;
    private @Nullable String helper;

    HelperShell(DockerClient client, String image, ContainerPlace place, DockerCalls calls, Clock clock) {
        this.client = client;
        this.image = image;
        this.place = place;
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public String root() {
        return place.running() ? "." + place.path() : place.path();
    }

    @Override
    public void require() {
        if (helper == null) {
            removeNeverStarted();
            String made = start();
            try {
                run(made, "reaching the container's files", List.of("sh", "-c", ":"));
            } catch (RuntimeException e) {
                remove(made);
                throw e;
            }
            helper = made;
        }
    }

    @Override
    public ContainerExec.Ended run(String what, PosixScript script) {
        require();
        return run(String.valueOf(helper), what, script.command());
    }

    private ContainerExec.Ended run(String id, String what, List<String> command) {
        ContainerExec.Ended ended = ended(id, what, entered(command));
        if (ended.couldNotRun()) {
            throw unusable(what, "has no shell that runs (" + ended.said() + "); name one with sh");
        }
        if (ended.exitCode() == NO_ENTRY && place.running()) {
            if (PosixScript.reason(ended.errors()) == Reason.TARGET_READ_ONLY) {
                throw unusable(
                        what,
                        "may not look at the container's files (" + ended.said()
                                + "); allow it SYS_PTRACE, or use a container with sh");
            }
            throw new TransientException(
                    Reason.TARGET_FAILED, calls.at(what) + " failed: the container ended meanwhile; try again");
        }
        return ended;
    }

    private List<String> entered(List<String> command) {
        if (!place.running()) {
            return command;
        }
        List<String> words = new ArrayList<>(List.of("sh", "-c", IN_ITS_FILES, "holdfast"));
        words.addAll(command);
        return words;
    }

    private ContainerExec.Ended ended(String id, String what, List<String> command) {
        try {
            return new ContainerExec(client, id, calls).run(what, command);
        } catch (PermanentException e) {
            if (e.reason() == Reason.TARGET_NOT_FOUND || e.reason() == Reason.TARGET_UNUSABLE) {
                helper = null;
                throw gone(what, e);
            }
            throw e;
        }
    }

    /** The helper is not there any more: says whether that is because its container is not. */
    private HoldfastException gone(String what, PermanentException cause) {
        JsonNode container = calls.ask("inspecting it", () -> EngineAnswer.container(client, place.id()));
        if (place.running() && !container.path("State").path("Running").asBoolean()) {
            return new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    calls.at(what) + " failed: the container is not running any more; start the container",
                    cause);
        }
        return new TransientException(
                Reason.TARGET_FAILED,
                calls.at(what) + " failed: the helper container went away; the outcome is unknown",
                cause);
    }

    private String start() {
        Duration left = calls.deadline().remaining();
        Instant until = clock.instant().plus(left);
        String made = calls.change(
                "making a helper container",
                () -> client.createContainerCmd(image)
                        .withEntrypoint("sleep")
                        .withCmd(Long.toString(left.toSeconds() + 1))
                        .withUser("0")
                        .withLabels(Map.of(LABEL, Long.toString(until.getEpochSecond())))
                        .withHostConfig(host())
                        .exec()
                        .getId());
        try {
            calls.change(
                    "starting a helper container",
                    () -> client.startContainerCmd(made).exec());
            return made;
        } catch (RuntimeException e) {
            remove(made);
            throw e;
        }
    }

    /**
     * The kernel lets nobody join processes from another user namespace, and files belong to the users of the
     * container's; so the helper takes that.
     */
    private HostConfig host() {
        HostConfig host = HostConfig.newHostConfig()
                .withAutoRemove(true)
                .withNetworkMode("none")
                .withReadonlyRootfs(true)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withUsernsMode(place.userNamespace())
                .withCapDrop(Capability.ALL);
        return place.running()
                ? host.withPidMode("container:" + place.id())
                        .withCapAdd(Capability.DAC_OVERRIDE, Capability.FOWNER, Capability.SYS_PTRACE)
                : host.withVolumesFrom(new VolumesFrom(place.id()))
                        .withCapAdd(Capability.DAC_OVERRIDE, Capability.FOWNER);
    }

    /** Whoever made one starts it before its deadline, or never. */
    private void removeNeverStarted() {
        List<Container> found = calls.ask(
                "looking for helper containers",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(LABEL))
                        .exec());
        for (Container container : found) {
            String until = String.valueOf(container.getLabels().get(LABEL));
            if (AT_REST.contains(String.valueOf(container.getState()))
                    && until.matches("\\d{1,15}")
                    && Instant.ofEpochSecond(Long.parseLong(until)).plus(SKEW).isBefore(clock.instant())) {
                remove(container.getId());
            }
        }
    }

    private void remove(String id) {
        try {
            DockerCalls.bounded(
                    "removing a helper container",
                    Deadline.after(PATIENCE),
                    () -> client.removeContainerCmd(id).withForce(true).exec());
        } catch (HoldfastException e) {
            // It is gone already, or ends by itself, or a later session removes it.
        }
    }

    private PermanentException unusable(String what, String why) {
        return new PermanentException(
                Reason.TARGET_UNUSABLE, calls.at(what) + " failed: the helper image " + image + " " + why);
    }

    @Override
    public void close() {
        if (helper != null) {
            remove(helper);
            helper = null;
        }
    }
}
