package dev.holdfast.containers;

import dev.holdfast.containers.ContainerRule.Claim;
import dev.holdfast.containers.RefusedContainer.Why;
import dev.holdfast.internal.Contained;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From what containers say of themselves to the workloads that they belong to. */
record ContainerMapper(String host, LabelKeys keys, List<ContainerRule> rules) {

    ContainerMapper {
        rules = List.copyOf(rules);
    }

    /** A container and the workload that it belongs to; the key is what its labels say. */
    record Mapped(ContainerSighting container, Workload workload, ContainerKey key) {}

    /** All containers of a listing. */
    record Mapping(List<Mapped> mapped, List<RefusedContainer> refused, int unclaimed) {}

    /** The workloads by the names that containers use. */
    private record Names(Map<String, Workload> byId, Map<String, Workload> bySite, Map<String, Workload> byProject) {

        static Names of(List<Workload> workloads) {
            Names names = new Names(new HashMap<>(), new HashMap<>(), new HashMap<>());
            for (Workload workload : workloads) {
                names.byId.putIfAbsent(workload.id().value(), workload);
                workload.sites().forEach(site -> names.bySite.putIfAbsent(site, workload));
                workload.composeProjects().forEach(project -> names.byProject.putIfAbsent(project, workload));
            }
            return names;
        }

        Optional<Workload> find(Claim claim) {
            Map<String, Workload> map = switch (claim.by()) {
                case ID -> byId;
                case SITE -> bySite;
                case COMPOSE_PROJECT -> byProject;
            };
            return Optional.ofNullable(map.get(claim.name()));
        }
    }

    Mapping map(List<ContainerSighting> containers, List<Workload> workloads) {
        Names names = Names.of(workloads);
        List<Mapped> mapped = new ArrayList<>();
        List<RefusedContainer> refused = new ArrayList<>();
        int unclaimed = 0;
        for (ContainerSighting container : containers) {
            try {
                Optional<Mapped> one = map(container, names);
                one.ifPresent(mapped::add);
                unclaimed += one.isPresent() ? 0 : 1;
            } catch (Refusal refusal) {
                refused.add(refusal.of(container));
            } catch (Throwable e) {
                // Labels are anybody's; one container must not keep the others from being seen.
                String what = "a rule for the labels of container " + container.id();
                String why = String.valueOf(Contained.known(what, e).getMessage());
                refused.add(new Refusal(Why.BAD_LABEL, why).of(container));
            }
        }
        return new Mapping(mapped, refused, unclaimed);
    }

    private Optional<Mapped> map(ContainerSighting container, Names names) {
        Optional<Claim> unknown = Optional.empty();
        for (ContainerRule rule : rules) {
            Optional<Claim> claim = rule.claim(container);
            Optional<Workload> workload = claim.flatMap(names::find);
            if (workload.isPresent()) {
                return Optional.of(checked(container, claim.get(), workload.get()));
            }
            unknown = unknown.or(() -> claim);
        }
        if (unknown.isPresent()) {
            throw new Refusal(
                    Why.UNKNOWN_WORKLOAD,
                    "no workload is known by the " + unknown.get().by() + " '"
                            + shown(unknown.get().name())
                            + "'; remove the container, or tell the catalog of the workload");
        }
        return Optional.empty();
    }

    private Mapped checked(ContainerSighting container, Claim claim, Workload workload) {
        String kind = container.labels().getOrDefault(keys.kind(), workload.kind());
        if (!kind.equals(workload.kind())) {
            throw new Refusal(
                    Why.WRONG_KIND,
                    "workload " + workload.id() + " is a " + workload.kind() + ", and the container says '"
                            + shown(kind) + "'; one of the two is wrong");
        }
        Optional<String> owner = Optional.ofNullable(container.labels().get(keys.owner()));
        boolean mustSay = claim.by() == Claim.By.ID && workload.owner().isPresent();
        if ((mustSay || owner.isPresent()) && !owner.equals(workload.owner())) {
            throw new Refusal(
                    Why.WRONG_OWNER,
                    "workload " + workload.id() + " is not of the owner that the container names ("
                            + shown(owner.orElse("none")) + "); label it with the right owner, or remove it");
        }
        try {
            return new Mapped(
                    container, workload, new ContainerKey(host, workload.id(), claim.role(), claim.replica()));
        } catch (HoldfastException e) {
            throw new Refusal(Why.BAD_LABEL, String.valueOf(e.getMessage()));
        }
    }

    private static String shown(String label) {
        String head = label.length() > 80 ? label.substring(0, 80) + "..." : label;
        return head.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Ends the mapping of one container. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Why why;
        private final String message;

        Refusal(Why why, String message) {
            super(message, null, false, false);
            this.why = why;
            this.message = message;
        }

        RefusedContainer of(ContainerSighting container) {
            return new RefusedContainer(container.id(), container.name(), why, message);
        }
    }
}
