package dev.holdfast.delivery.ssh;

import dev.holdfast.contracts.delivery.ReuseContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An upgrade over SSH sends what changed. */
@Needs(Facility.SSHD)
final class SshReuseIT extends ReuseContract {

    @RegisterExtension
    static final SshPlace PLACE = SshPlace.plain();

    @Override
    protected DeliveryTarget target() {
        return PLACE.target();
    }

    @Override
    protected TargetAddress address() {
        return PLACE.address();
    }
}
