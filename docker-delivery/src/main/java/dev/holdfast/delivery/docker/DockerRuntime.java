package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import java.util.ArrayList;
import java.util.List;

/**
 * A Docker engine as the index of containers sees it. One call lists everything; a container is looked at by itself
 * only if it has ended and the list does not say how, and then once.
 *
 * <p>Never closes the client. It needs a connection for as long as somebody is subscribed, so its pool must have one to
 * spare: {@link DockerClients#connect()} makes such a client. Safe for use by several threads. At a deadline the
 * calling thread goes on; over a unix socket the call itself is ended too, over TCP it ends with the engine's answer.
 */
public final class DockerRuntime implements ContainerRuntime {

    private final DockerClient client;
    private final String host;
    private final SightingReader reader = new SightingReader();

    private DockerRuntime(DockerClient client, String host) {
        this.client = client;
        this.host = host;
    }

    /**
     * Returns the engine that this client reaches.
     *
     * @param client any; it stays the caller's
     * @param host the name of the engine's machine, as {@link ContainerRuntime#host} wants it: another for every engine
     */
    public static DockerRuntime over(DockerClient client, String host) {
        return new DockerRuntime(client, host);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public List<ContainerSighting> list(Deadline deadline) {
        DockerCalls calls = new DockerCalls(client, host, deadline);
        List<Container> listed = calls.ask(
                "listing the containers",
                () -> client.listContainersCmd().withShowAll(true).exec());
        List<ContainerSighting> containers = new ArrayList<>();
        for (Container container : listed) {
            containers.add(reader.read(
                    container,
                    id -> calls.ask("looking at container " + id, () -> EngineAnswer.container(client, id))));
        }
        reader.keep(containers);
        return containers;
    }

    @Override
    public Subscription subscribe(Watcher watcher, Deadline deadline) {
        return EventStream.open(client, host, watcher, deadline);
    }
}
