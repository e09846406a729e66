package dev.holdfast.spi.fleet;

/** Keeps what is said about many installs at one time; part of a tracking store, with the same promises. */
public interface FleetStore {

    /** Returns the labels of workspaces and installs. */
    LabelStore labels();

    /** Returns what may not be installed where. */
    QuarantineStore quarantines();

    /** Returns the plans of rollouts, by name. */
    PlanStore plans();

    /** Returns the rollouts. */
    RolloutStore rollouts();
}
