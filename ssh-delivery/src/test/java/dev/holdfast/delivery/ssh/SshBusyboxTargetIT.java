package dev.holdfast.delivery.ssh;

import dev.holdfast.contracts.delivery.DeliveryTargetContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host with nothing but busybox, its shell included, does what every target does. */
@Needs({Facility.SSHD, Facility.BUSYBOX})
final class SshBusyboxTargetIT extends DeliveryTargetContract {

    @RegisterExtension
    static final SshPlace PLACE = SshPlace.withBusybox();

    @Override
    protected DeliveryTarget target() {
        return PLACE.target();
    }

    @Override
    protected TargetAddress address() {
        return PLACE.address();
    }

    @Override
    protected String permissions(TargetAddress address, String path) {
        return PLACE.permissions(address, path);
    }

    @Override
    protected void changeMode(TargetAddress address, String path, String mode) {
        PLACE.changeMode(address, path, mode);
    }
}
