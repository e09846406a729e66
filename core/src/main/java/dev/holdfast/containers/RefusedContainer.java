package dev.holdfast.containers;

/**
 * A container whose labels claim what is not its. It has no row, and takes nobody's.
 *
 * @param containerId the engine's id for it
 * @param name its name
 * @param why why, for machines
 * @param message why, and what to do, for people
 */
public record RefusedContainer(String containerId, String name, Why why, String message) {

    /** Why a container was refused. */
    public enum Why {
        /** It claims a workload, and no rule leads to one that exists. */
        UNKNOWN_WORKLOAD,
        /** Its role or replica breaks the grammar, or a rule failed on it. */
        BAD_LABEL,
        /** It claims a workload that exists, of another kind. */
        WRONG_KIND,
        /** It claims a workload that exists, of another owner, or does not say whose it is. */
        WRONG_OWNER,
        /** It claims a row whose own container still exists, or is recorded by the host for another workload. */
        HELD_BY_ANOTHER
    }
}
