package dev.holdfast.spi.container;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Something of the host's that runs in containers: a stack, a site, an agent's workspace.
 *
 * @param id its name
 * @param kind what it is, in the host's words: 1 to 64 of lower-case letters, digits, {@code -}; a container whose
 *     label says another kind is refused
 * @param owner whose it is; where present, a container that claims the workload by its id must carry the same owner
 * @param sites the site names under which containers claim it
 * @param composeProjects the compose projects whose containers belong to it
 */
public record Workload(
        WorkloadId id, String kind, Optional<String> owner, Set<String> sites, Set<String> composeProjects) {

    private static final Pattern KIND = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final int LONGEST = 255;

    /** Refuses kinds outside the grammar, and names that are empty, longer than 255 or hold control characters. */
    public Workload {
        kind = kind(kind);
        owner.ifPresent(name -> plain("workload owner", name));
        sites = Set.copyOf(sites);
        sites.forEach(name -> plain("site", name));
        composeProjects = Set.copyOf(composeProjects);
        composeProjects.forEach(name -> plain("compose project", name));
    }

    /** Returns a workload without an owner that containers claim by its id only. */
    public static Workload of(String id, String kind) {
        return new Workload(WorkloadId.of(id), kind, Optional.empty(), Set.of(), Set.of());
    }

    /** Returns the same with an owner. */
    public Workload ownedBy(String name) {
        return new Workload(id, kind, Optional.of(name), sites, composeProjects);
    }

    /** Returns the same with one more site name. */
    public Workload site(String name) {
        return new Workload(id, kind, owner, with(sites, name), composeProjects);
    }

    /** Returns the same with one more compose project. */
    public Workload composeProject(String name) {
        return new Workload(id, kind, owner, sites, with(composeProjects, name));
    }

    static String kind(String kind) {
        return Text.matching(KIND, "workload kind", kind, "use 1 to 64 lower-case letters, digits or '-'");
    }

    private static Set<String> with(Set<String> names, String name) {
        Set<String> all = new HashSet<>(names);
        all.add(name);
        return all;
    }

    private static void plain(String what, String name) {
        if (name.isEmpty() || name.length() > LONGEST || !Text.clean(name)) {
            throw PermanentException.invalid(what, name, "use 1 to 255 characters, none of them a control character");
        }
    }
}
