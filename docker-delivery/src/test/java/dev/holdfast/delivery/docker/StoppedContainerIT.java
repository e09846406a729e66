package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A volume of a stopped container. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class StoppedContainerIT extends HelpedContracts {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.stopped();

    @Override
    DockerWorkspace workspace() {
        return WORKSPACE;
    }

    /** The target keeps its contract here too, so the engine's life on it is asked rarely. */
    @Nested
    @Tag("endurance")
    @Execution(ExecutionMode.CONCURRENT)
    final class PluginLife extends Life {}
}
