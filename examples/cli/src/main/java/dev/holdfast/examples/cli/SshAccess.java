package dev.holdfast.examples.cli;

import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.delivery.ssh.SshTargetBuilder;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

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
            Path file = console.resolve(options.sshKey);
            String passphrase = console.variable("HOLDFAST_SSH_PASSPHRASE").orElse("");
            // Read when a host is logged in to: most commands reach none.
            ssh.keys(host -> read(file, passphrase));
        }
        return ssh.build();
    }

    private static List<KeyPair> read(Path file, String passphrase) {
        try (var in = Files.newInputStream(file)) {
            List<KeyPair> keys = new ArrayList<>();
            SecurityUtils.loadKeyPairIdentities(
                            null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.of(passphrase))
                    .forEach(keys::add);
            return keys;
        } catch (IOException | GeneralSecurityException e) {
            throw new PermanentException(
                    Reason.UNAUTHORIZED, "cannot read the key in " + file + ": " + e.getMessage(), e);
        }
    }
}
