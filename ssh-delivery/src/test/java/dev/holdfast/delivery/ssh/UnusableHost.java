package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a host whose login shell will not do is told, before any change. Run by {@code checks/ssh-hosts} only. */
@Needs(Facility.SSHD)
final class UnusableHost {

    @RegisterExtension
    static final SshPlace PLACE = SshPlace.plain();

    @Test
    void isRefusedWithTheReasonBeforeAnyChange() {
        TargetAddress address = PLACE.address();

        PermanentException refused = catchThrowableOfType(
                PermanentException.class, () -> PLACE.target().open(address, Deadline.after(Duration.ofMinutes(1))));

        assertThat(refused.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
        assertThat(refused).hasMessageContaining("give the user such a login shell");
        assertThat(Path.of(address.path()).getParent()).doesNotExist();
    }
}
