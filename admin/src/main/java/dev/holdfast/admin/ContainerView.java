package dev.holdfast.admin;

import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerPort;
import dev.holdfast.spi.container.IndexedContainer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of the container index, in JSON. */
record ContainerView(
        String host,
        String workload,
        String role,
        String replica,
        String containerId,
        String name,
        String image,
        String state,
        @Nullable Integer exitCode,
        List<String> ports,
        String seenAt,
        String changedAt) {

    static ContainerView of(IndexedContainer row) {
        ContainerFacts facts = row.facts();
        return new ContainerView(
                row.key().host(),
                row.key().workload().value(),
                row.key().role(),
                row.key().replica(),
                facts.containerId(),
                facts.name(),
                facts.image(),
                Words.of(facts.state()),
                facts.exitCode().isPresent() ? facts.exitCode().getAsInt() : null,
                facts.ports().stream().map(ContainerPort::toString).toList(),
                row.seenAt().toString(),
                row.changedAt().toString());
    }
}
