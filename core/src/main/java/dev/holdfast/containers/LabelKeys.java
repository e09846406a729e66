package dev.holdfast.containers;

/**
 * Which labels are read. Those of a host's own containers are the host's to choose; those of compose are fixed by it.
 *
 * @param workload the workload's id
 * @param kind the workload's kind; where a container has it, it must be right
 * @param owner the workload's owner; where the workload has one and is claimed by its id, it must be there and right
 * @param role which part of the workload a container is
 * @param replica which of those alike it is
 * @param site a site's name
 */
public record LabelKeys(String workload, String kind, String owner, String role, String replica, String site) {

    /** Returns {@code dev.holdfast.workload}, and the others under the same prefix. */
    public static LabelKeys standard() {
        return below("dev.holdfast");
    }

    /**
     * Returns {@code <prefix>.workload}, {@code .kind}, {@code .owner}, {@code .role}, {@code .replica}, {@code .site}.
     */
    public static LabelKeys below(String prefix) {
        return new LabelKeys(
                prefix + ".workload",
                prefix + ".kind",
                prefix + ".owner",
                prefix + ".role",
                prefix + ".replica",
                prefix + ".site");
    }
}
