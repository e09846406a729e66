package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DockerClientImpl;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.TargetSession;
import java.time.Clock;
import java.util.Optional;

/**
 * Containers as targets: {@code docker://ws-42/configs/plugins}, by name or id. Files belong to root in the container,
 * or to {@link #owner}, and may be read by everyone; scripts run as root, whatever user the image names.
 *
 * <p>Needs {@code sh} in a running container; with a {@link #helperImage}, neither. Refused when a session is opened,
 * before any change: a container that is absent or paused; without a helper, one that is stopped or has no shell; a
 * path on a tmpfs, where the engine writes what nobody can see. A path that is read-only can be looked at, and a change
 * is refused before it begins. A volume or bind mount is a good place. A shell is looked for until one has run for that
 * directory of that container.
 *
 * <p>Never closes the client, and never changes its API version: {@link DockerClients#connect()} makes one that fits
 * the engine. On Podman a stopped container is refused, and a path that holds one of {@code *?[\}. Safe for use by
 * several threads. At the deadline of a session the calling thread goes on; over a unix socket the call itself is ended
 * too, over TCP it ends with the engine's answer.
 */
public final class DockerTarget implements DeliveryTarget {

    private static final FileOwner ROOT = new FileOwner(0, 0);

    private final DockerClient client;
    private final Clock clock;
    private final Optional<String> helperImage;
    private final FileOwner owner;
    private final KnownPlaces known;

    private DockerTarget(
            DockerClient client, Clock clock, Optional<String> helperImage, FileOwner owner, KnownPlaces known) {
        this.client = client;
        this.clock = clock;
        this.helperImage = helperImage;
        this.owner = owner;
        this.known = known;
    }

    /**
     * Returns the target that uses this client, which stays the caller's.
     *
     * @param client any; one of docker-java's own class looks at single files about thirty times faster than others,
     *     and only with such a one is Podman served
     */
    public static DockerTarget over(DockerClient client) {
        return new DockerTarget(client, Clock.systemUTC(), Optional.empty(), ROOT, new KnownPlaces());
    }

    /**
     * Returns a target like this one that also serves containers without {@code /bin/sh}, and stopped ones whose path
     * is on a volume or bind mount. What must run there, runs in a helper container of {@code image}: it shares the
     * processes of a running container and reaches its files through {@code /proc/1/root}; of a stopped one it has the
     * volumes.
     *
     * <p>There is at most one for each session, and none before the session changes or lists something. It has no
     * network, a read-only root, and of all capabilities {@code DAC_OVERRIDE} and {@code FOWNER}, beside a running
     * container also {@code SYS_PTRACE}, without which the kernel shows it no other process's files. It is removed when
     * the session is closed, and ends by itself at the session's deadline; one that was never started is removed by a
     * later session.
     *
     * @param image with {@code sh}, {@code sleep} and the programs that {@link dev.holdfast.spi.delivery.PosixScript}
     *     names, best by digest, such as {@code busybox@sha256:...}; it is never pulled: the engine has it, or the
     *     session is refused
     */
    public DockerTarget helperImage(String image) {
        if (image.isBlank()) {
            throw PermanentException.invalid("helper image", image, "name an image, best by digest");
        }
        return new DockerTarget(client, clock, Optional.of(image), owner, known);
    }

    /**
     * Returns a target like this one that gives what it delivers to {@code owner}; {@link FileOwner} says what that is.
     * The numbers are those of the container. The engine sets them as it unpacks, so it needs neither a shell nor a
     * helper.
     */
    public DockerTarget owner(FileOwner owner) {
        return new DockerTarget(client, clock, helperImage, owner, known);
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
        if (!(client instanceof DockerClientImpl)
                && calls.ask("asking for its version", () -> EngineAnswer.isPodman(client))) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    address + ": a Docker client of " + client.getClass().getName()
                            + " cannot tell links from what they lead to on Podman; make it with DockerClients.connect");
        }
        JsonNode container = calls.ask("inspecting it", () -> EngineAnswer.container(client, address.authority()));
        ContainerPlace place = ContainerPlace.of(address, container, helperImage.isPresent());
        ContainerFiles files = new ContainerFiles(client, place.id(), calls);
        files.refusePattern(address.path());
        boolean shellKnown = known.has(place);
        if (helperImage.isPresent()
                && !shellKnown
                && !(place.running() && files.shallow(OwnShell.USUAL).isPresent())) {
            if (place.running()) {
                ContainerPlace.refuseSharedProcesses(address, container);
            } else if (calls.ask("asking for its version", () -> EngineAnswer.isPodman(client))) {
                throw new PermanentException(
                        Reason.TARGET_UNUSABLE,
                        address + ": the container is not running, and Podman does not tell links there from what they"
                                + " lead to; start it");
            }
            files.refuseLinks(address);
            return new ContainerSession(
                    place, files, new HelperShell(client, helperImage.get(), place, calls, clock), clock, owner, known);
        }
        OwnShell shell = new OwnShell(place, files, new ContainerExec(client, place.id(), calls), known);
        if (helperImage.isEmpty() && !shellKnown) {
            shell.find();
        }
        return new ContainerSession(place, files, shell, clock, owner, known);
    }
}
