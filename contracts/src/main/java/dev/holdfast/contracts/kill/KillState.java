package dev.holdfast.contracts.kill;

import java.util.stream.Stream;

/** What is recorded and what is live: the states that an operation begins or ends in. Any other is a mixture. */
enum KillState {
    /** Neither recorded nor there. */
    NOTHING("none", "none"),
    /** The first version. */
    V1("v1.0.0", "v1.0.0"),
    /** The second. */
    V2("v2.0.0", "v2.0.0"),
    /** The third. */
    V3("v3.0.0", "v3.0.0"),
    /** The one that fails its probation, while it is on it. */
    SICK(KillVersions.SICK, KillVersions.SICK),
    /** What follows the operation under test. */
    NEXT(KillVersions.NEXT, KillVersions.NEXT),
    /** The first is recorded, and its link is gone. */
    DAMAGED("v1.0.0", "none"),
    /** The second is live, and the first recorded. */
    SWAPPED("v1.0.0", "v2.0.0");

    static final String NONE = "none";

    private final String recorded;
    private final String live;

    KillState(String recorded, String live) {
        this.recorded = recorded;
        this.live = live;
    }

    static KillState of(String recorded, String live) {
        return Stream.of(values())
                .filter(state -> state.recorded.equals(recorded) && state.live.equals(live))
                .findFirst()
                .orElseThrow(() -> new AssertionError(recorded + " is recorded, and " + live + " is live"));
    }

    String recorded() {
        return recorded;
    }

    String live() {
        return live;
    }
}
