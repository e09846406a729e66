package dev.holdfast.internal;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.List;

/** The host's targets, the first that serves an address. */
public record Targets(List<DeliveryTarget> targets) {

    public Targets {
        targets = List.copyOf(targets);
    }

    public TargetSession open(TargetAddress address, Deadline deadline) {
        DeliveryTarget target = serving(address);
        return new ContainedSession(address, Contained.get("opening " + address, () -> target.open(address, deadline)));
    }

    public DeliveryTarget serving(TargetAddress address) {
        return targets.stream()
                .filter(target -> Contained.get("a target that was shown " + address, () -> target.serves(address)))
                .findFirst()
                .orElseThrow(() -> new PermanentException(
                        Reason.UNKNOWN_TARGET,
                        "no target serves '" + address.scheme() + "://' addresses such as " + address
                                + "; give Holdfast a DeliveryTarget for it"));
    }
}
