package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TargetSession;
import java.time.Clock;

/**
 * Running containers as targets: {@code docker://ws-42/configs/plugins}, by name or id. Files belong to root in the
 * container and may be read by everyone; scripts run as root, whatever user the image names.
 *
 * <p>Needs {@code sh} in the container. Refused when a session is opened, before any change: a container that is absent,
 * stopped or paused, or that has no shell; a path on a tmpfs, where the engine writes what nobody can see; a path that
 * is read-only. A volume or bind mount is a good place.
 *
 * <p>Never closes the client, and never changes its API version: {@link DockerClients#connect()} makes one that fits the
 * engine. Safe for use by several threads. At the deadline of a session the calling thread goes on; over a unix socket
 * the call itself is ended too, over TCP it ends with the engine's answer.
 */
public final class DockerTarget implements DeliveryTarget {

    private final DockerClient client;
    private final Clock clock;

    private DockerTarget(DockerClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * Returns the target that uses this client, which stays the caller's.
     *
     * @param client any; one of docker-java's own class looks at single files about thirty times faster than others
     */
    public static DockerTarget over(DockerClient client) {
        return new DockerTarget(client, Clock.systemUTC());
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("docker")
                && !address.authority().isEmpty()
                && address.authority().chars().noneMatch(c -> c == '@' || c == ':' || c == '[');
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        if (!serves(address)) {
            throw PermanentException.invalid("target", address.toString(), "write docker://container/absolute/path");
        }
        DockerCalls calls = new DockerCalls(client, address.toString(), deadline);
        ContainerPlace place = calls.ask(
                "inspecting it",
                () -> ContainerPlace.of(
                        address, client.inspectContainerCmd(address.authority()).exec()));
        ContainerFiles files = new ContainerFiles(client, place.id(), calls);
        ContainerExec exec = new ContainerExec(client, place.id(), calls);
        exec.requireShell(files);
        return new ContainerSession(place, files, exec, clock);
    }
}
