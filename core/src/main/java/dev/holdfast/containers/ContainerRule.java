package dev.holdfast.containers;

import dev.holdfast.spi.container.ContainerSighting;
import java.util.List;
import java.util.Optional;

/**
 * Reads from a container's labels which workload it says it belongs to. Rules are asked in order; one whose claim leads
 * to no workload passes on to the next. Whether a claim is true, the rule does not decide. A container that does not
 * say which replica it is goes by its name, which no other has at the same time.
 */
@FunctionalInterface
public interface ContainerRule {

    /** Returns what the container claims, or nothing if it has none of this rule's labels. */
    Optional<Claim> claim(ContainerSighting container);

    /**
     * What a container says it is.
     *
     * @param by how it names its workload
     * @param name the name
     * @param role which part of the workload
     * @param replica which of those alike
     */
    record Claim(By by, String name, String role, String replica) {

        /** The ways to name a workload. */
        public enum By {
            /** By its id. */
            ID,
            /** By one of its site names. */
            SITE,
            /** By one of its compose projects. */
            COMPOSE_PROJECT
        }
    }

    /** Returns the three rules in their order: workload label, site label, compose project and service. */
    static List<ContainerRule> standard(LabelKeys keys) {
        return List.of(workloadLabel(keys), siteLabel(keys), compose(keys));
    }

    /** Returns the rule that reads the workload's id. Without a role label a container's role is {@code main}. */
    static ContainerRule workloadLabel(LabelKeys keys) {
        return container -> named(container, keys, keys.workload(), Claim.By.ID, "main");
    }

    /** Returns the rule that reads a site's name. Without a role label a container's role is {@code site}. */
    static ContainerRule siteLabel(LabelKeys keys) {
        return container -> named(container, keys, keys.site(), Claim.By.SITE, "site");
    }

    /** Returns the rule that reads compose's own labels: the role is the service, the replica its number. */
    static ContainerRule compose(LabelKeys keys) {
        return container -> label(container, "com.docker.compose.project")
                .map(project -> new Claim(
                        Claim.By.COMPOSE_PROJECT,
                        project,
                        label(container, "com.docker.compose.service").orElse(container.name()),
                        composeReplica(container, keys)));
    }

    private static Optional<Claim> named(
            ContainerSighting container, LabelKeys keys, String key, Claim.By by, String role) {
        return label(container, key)
                .map(name -> new Claim(by, name, label(container, keys.role()).orElse(role), replica(container, keys)));
    }

    private static String replica(ContainerSighting container, LabelKeys keys) {
        return label(container, keys.replica()).orElse(container.name());
    }

    /** A container of {@code compose run} has the number 1 as well. */
    private static String composeReplica(ContainerSighting container, LabelKeys keys) {
        boolean once = label(container, "com.docker.compose.oneoff").orElse("").equalsIgnoreCase("true");
        return once
                ? container.name()
                : label(container, keys.replica())
                        .or(() -> label(container, "com.docker.compose.container-number"))
                        .orElse(container.name());
    }

    private static Optional<String> label(ContainerSighting container, String key) {
        return Optional.ofNullable(container.labels().get(key)).filter(value -> !value.isEmpty());
    }
}
