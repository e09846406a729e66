package dev.holdfast.examples.cli;

import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.delivery.ssh.SshTargetBuilder;

/** SSH targets: with the key of the command line, and the hosts that its file trusts. */
final class SshAccess {

    private SshAccess() {}

    static SshTarget target(HostOptions options, Console console) {
        SshTargetBuilder ssh = SshTarget.builder();
        console.variable("USER").ifPresent(ssh::user);
        if (options.knownHosts != null) {
            ssh.knownHosts(console.resolve(options.knownHosts));
        }
        if (options.sshKey != null) {
            // Read when a host is logged in to: most commands reach none.
            ssh.key(
                    console.resolve(options.sshKey),
                    console.variable("HOLDFAST_SSH_PASSPHRASE").orElse(""));
        }
        return ssh.build();
    }
}
