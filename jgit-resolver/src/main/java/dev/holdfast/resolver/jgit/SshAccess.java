package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.transport.sshd.JGitKeyCache;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/** How to log in to git servers over SSH: the keys and known hosts that were given, and nothing of the user's own. */
final class SshAccess implements AutoCloseable {

    private final SshdSessionFactory sessions;

    private SshAccess(SshdSessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * Loads the keys.
     *
     * @param empty an existing directory with nothing in it: what stands for the user's home
     * @throws PermanentException if a key cannot be read: wrong passphrase, no permission, not a key
     */
    static SshAccess load(List<SshKey> keys, Path knownHosts, Path empty) {
        List<KeyPair> pairs = new ArrayList<>();
        keys.forEach(key -> pairs.addAll(key.load()));
        File home = empty.toFile();
        return new SshAccess(new SshdSessionFactoryBuilder()
                .setPreferredAuthentications("publickey")
                .setHomeDirectory(home)
                .setSshDirectory(home)
                .setDefaultKeysProvider(directory -> pairs)
                .setDefaultIdentities(directory -> List.of())
                .setServerKeyDatabase((directory, ssh) -> new KnownHosts(knownHosts))
                .setConfigFile(directory -> null)
                .setConfigStoreFactory((directory, config, user) -> null)
                .setConnectorFactory(null)
                .build(new JGitKeyCache()));
    }

    SshdSessionFactory sessions() {
        return sessions;
    }

    /** Returns what a failed session means; JGit says it in words only. */
    static IOException failure(GitLocation at, @Nullable Throwable failure) {
        Failures.passOnError(failure);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (text.contains("server key did not validate") || text.contains("host key")) {
                throw new PermanentException(
                        Reason.UNAUTHORIZED,
                        at
                                + " shows a host key that the known hosts file does not hold for this name and port, or that it"
                                + " revokes; add it if it is the right one");
            }
            if (text.contains("cannot log in at") || text.contains("no more authentication methods")) {
                throw new PermanentException(
                        Reason.UNAUTHORIZED, at + " refused the ssh keys it was offered; register one of them there");
            }
            if (cause instanceof ConnectException) {
                throw new TransientException(
                        Reason.UNREACHABLE, at + " cannot be reached: the connection was refused; try again later");
            }
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return failure instanceof IOException io ? io : new IOException(failure);
    }

    @Override
    public void close() {
        sessions.close();
    }

    /**
     * A private key file.
     *
     * @param file in OpenSSH's or PEM format
     * @param passphrase empty for a key without one
     */
    record SshKey(Path file, String passphrase) {

        private List<KeyPair> load() {
            try (InputStream in = Files.newInputStream(file)) {
                List<KeyPair> pairs = new ArrayList<>();
                SecurityUtils.loadKeyPairIdentities(
                                null,
                                file::toString,
                                in,
                                passphrase.isEmpty() ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase))
                        .forEach(pairs::add);
                return pairs;
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                throw new PermanentException(
                        Reason.INVALID_VALUE,
                        "the ssh key " + file + " cannot be loaded ("
                                + e.getClass().getSimpleName() + "); check the file and its passphrase");
            }
        }

        @Override
        public String toString() {
            return "SshKey[" + file + "]";
        }
    }
}
