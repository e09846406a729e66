package dev.holdfast;

import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import java.util.function.Consumer;

/**
 * Hears which containers were started, or made anew, and passes their names on: a new one may have lost its plugins.
 */
final class StartedContainers implements HoldfastListener {

    private volatile Consumer<String> names = name -> {};

    /** Says who is to hear of them. */
    void to(Consumer<String> listener) {
        names = listener;
    }

    @Override
    public void on(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.ContainersIndexed indexed) {
            indexed.report().written().stream()
                    .map(IndexedContainer::facts)
                    .filter(facts -> facts.state() == ContainerState.RUNNING)
                    .forEach(facts -> names.accept(facts.name()));
        }
    }
}
