package dev.holdfast.trust.openpgp;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.SignatureVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks OpenPGP signatures of git against a keyring: what {@code gpg --export} writes, armored or not, one export or
 * several. Give it to {@code TrustRule.signed}, or to {@code TrustRule.reading} beside a list of SSH signers.
 *
 * <p>Every key in the ring may sign, each with all of its signing subkeys. A key that is revoked may not, and one that
 * has ended may not by this node's clock, as {@code git verify-commit} has it; nor may a subkey without a binding in
 * both directions. The ring knows only what it was exported with: export it anew when a key is revoked. Another key
 * server, web of trust or home directory is never asked, and no provider is registered.
 *
 * <p>The fingerprint of a signer is that of the primary key, as {@code gpg --fingerprint} prints it, without spaces.
 * Safe for use by several threads.
 */
public final class OpenPgpKeyring implements SignatureVerifier {

    private static final int LARGEST = 16 * 1024 * 1024;

    private final String name;
    private final Supplier<byte[]> content;
    private final AtomicReference<@Nullable Parsed> last = new AtomicReference<>();

    /** A ring, and the bytes that it was read from. */
    private static final class Parsed {

        private final byte[] content;
        private final KeyRing ring;

        Parsed(byte[] content, KeyRing ring) {
            this.content = content;
            this.ring = ring;
        }
    }

    private OpenPgpKeyring(String name, Supplier<byte[]> content) {
        this.name = name;
        this.content = content;
    }

    /**
     * Returns the keyring of these bytes.
     *
     * @throws PermanentException if they hold no public key, or something else
     */
    public static OpenPgpKeyring of(byte[] exported) {
        byte[] copy = exported.clone();
        OpenPgpKeyring keyring = new OpenPgpKeyring("the OpenPGP keyring", () -> copy);
        keyring.ring();
        return keyring;
    }

    /** Returns the keyring of a file, which is read at each judgement. While it cannot be read, nobody may sign. */
    public static OpenPgpKeyring file(Path file) {
        return new OpenPgpKeyring(file.toString(), () -> read(file));
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw PermanentException.invalid("OpenPGP keyring", file.toString(), "the file is longer than 16 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "the OpenPGP keyring " + file + " cannot be read, so nobody may sign: " + e + "; mend the file",
                    e);
        }
    }

    private KeyRing ring() {
        byte[] now = content.get();
        Parsed known = last.get();
        if (known != null && Arrays.equals(known.content, now)) {
            return known.ring;
        }
        Parsed fresh = new Parsed(now, KeyRing.parse(name, now));
        last.set(fresh);
        return fresh.ring;
    }

    @Override
    public boolean reads(String firstLine) {
        return firstLine.equals(DetachedSignature.BEGIN);
    }

    @Override
    public Answer verify(byte[] payload, String block, Instant asOf) {
        KeyRing ring = ring();
        try {
            return new SignatureCheck(name, ring, asOf).check(payload, DetachedSignature.read(block));
        } catch (BadOpenPgp e) {
            return new Answer.Unbelievable(String.valueOf(e.getMessage()));
        }
    }
}
