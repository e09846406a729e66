package dev.holdfast.spi.container;

import java.util.List;
import java.util.Set;

/**
 * The host's mapping of containers to workloads and their owners. What a container's labels say counts only as far as
 * this agrees: labels are written by whoever starts a container.
 *
 * <p>Asked once for each look at the engine, after the engine has answered, so that a workload which is made before its
 * containers is never unknown. An exception ends that look before anything is written. Safe for use by several threads.
 */
public interface WorkloadCatalog {

    /** Returns all workloads. Of two with one id, or one site or compose project, the first counts. */
    List<Workload> workloads();

    /**
     * Returns the kinds whose rows the host makes itself, by {@link ContainerIndex#register}, before or after it starts
     * a container. For these no row is ever invented: a container without a row waits for the host.
     */
    Set<String> hostOwnedKinds();
}
