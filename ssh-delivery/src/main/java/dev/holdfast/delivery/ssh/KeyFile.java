package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * A private key file.
 *
 * @param file in OpenSSH's or PEM format
 * @param passphrase empty for a key without one
 */
record KeyFile(Path file, String passphrase) {

    List<KeyPair> load() {
        try (InputStream in = Files.newInputStream(file)) {
            List<KeyPair> pairs = new ArrayList<>();
            Iterable<KeyPair> found = SecurityUtils.loadKeyPairIdentities(
                    null,
                    file::toString,
                    in,
                    passphrase.isEmpty() ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase));
            if (found == null) {
                throw new GeneralSecurityException("no key in it");
            }
            found.forEach(pairs::add);
            return pairs;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "the ssh key " + file + " cannot be loaded (" + e.getClass().getSimpleName()
                            + "); check the file and its passphrase");
        }
    }

    @Override
    public String toString() {
        return "KeyFile[" + file + "]";
    }
}
