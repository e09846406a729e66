package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.container.ContainerIndex;
import java.util.function.Supplier;

/**
 * What the routes work with.
 *
 * @param metrics writes them down, in the text form of Prometheus
 */
record Services(
        Holdfast holdfast,
        Workspaces workspaces,
        Places places,
        ContainerIndex index,
        EventHub events,
        Supplier<String> metrics) {}
