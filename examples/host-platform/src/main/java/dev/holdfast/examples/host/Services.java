package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.container.ContainerIndex;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the routes work with.
 *
 * @param containers empty if the platform has no engine
 * @param metrics writes them down, in the text form of Prometheus
 */
record Services(
        Holdfast holdfast,
        Workspaces workspaces,
        Places places,
        ContainerIndex index,
        Optional<Containers> containers,
        EventHub events,
        Supplier<String> metrics) {}
