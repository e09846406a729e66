package dev.holdfast.examples.cli;

import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.delivery.ssh.SshTargetBuilder;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import org.jspecify.annotations.Nullable;

/**
 * SSH targets: with the key of the command line, and the hosts that its file trusts. Made when the first host is
 * opened: most commands open none, and need not wait for the classes of SSH.
 */
final class SshAccess implements DeliveryTarget, AutoCloseable {

    private final HostOptions options;
    private final Console console;

    private @Nullable SshTarget target;

    SshAccess(HostOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    private synchronized SshTarget target() {
        if (target == null) {
            target = made();
        }
        return target;
    }

    private SshTarget made() {
        SshTargetBuilder ssh = SshTarget.builder();
        console.variable("USER").ifPresent(ssh::user);
        if (options.knownHosts != null) {
            ssh.knownHosts(console.resolve(options.knownHosts));
        }
        if (options.sshKey != null) {
            ssh.key(
                    console.resolve(options.sshKey),
                    console.variable("HOLDFAST_SSH_PASSPHRASE").orElse(""));
        }
        return ssh.build();
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("ssh");
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        return target().open(address, deadline);
    }

    @Override
    public synchronized void close() {
        if (target != null) {
            target.close();
        }
    }
}
