package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.ContainerIndex;
import java.util.Optional;

/**
 * What the routes work with.
 *
 * @param containers empty if the platform has no engine
 */
record Services(
        Holdfast holdfast,
        Workspaces workspaces,
        Places places,
        ContainerIndex index,
        Optional<Containers> containers,
        EventHub events) {}
