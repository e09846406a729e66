package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys whose signatures count for images: one or more {@code PUBLIC KEY} blocks in PEM, as
 * {@code cosign.pub} is.
 *
 * <p>ECDSA on P-256, Ed25519, and RSA of 2048 bits and more. Lines that begin with {@code #} are passed over; any other
 * text, or a key that cannot be read, refuses all of it. Safe for use by several threads.
 */
public final class SigningKeys {

    private static final int LONGEST = 1024 * 1024;

    private final String name;
    private final Supplier<String> text;
    private final AtomicReference<@Nullable Parsed> last = new AtomicReference<>();

    private record Parsed(String text, List<PemKey> keys) {}

    private SigningKeys(String name, Supplier<String> text) {
        this.name = name;
        this.text = text;
    }

    /**
     * Returns the keys of a text.
     *
     * @throws PermanentException if it holds none, or something else
     */
    public static SigningKeys pem(String text) {
        SigningKeys keys = new SigningKeys("the signing keys", () -> text);
        keys.all();
        return keys;
    }

    /** Returns the keys of a file, which is read at each judgement. While it cannot be read, no signature counts. */
    public static SigningKeys file(Path file) {
        return new SigningKeys(file.toString(), () -> read(file));
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw PermanentException.invalid("signing keys", file.toString(), "the file is longer than 1 MiB");
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "the signing keys in " + file + " cannot be read, so no signature counts: " + e + "; mend the file",
                    e);
        }
    }

    String name() {
        return name;
    }

    List<PemKey> all() {
        String now = text.get();
        Parsed known = last.get();
        if (known != null && known.text().equals(now)) {
            return known.keys();
        }
        try {
            Parsed fresh = new Parsed(now, PemKey.all(now));
            last.set(fresh);
            return fresh.keys();
        } catch (BadSignature e) {
            // Never the text itself: it might be the private key.
            throw new PermanentException(Reason.INVALID_VALUE, name + " cannot be used: " + e.why());
        }
    }
}
