package dev.holdfast.trust;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may sign: an allowed-signers file as {@code ssh-keygen} and git read it, and a list of keys that may not any
 * more.
 *
 * <p>A line is {@code names [options] type key}. Names are patterns with commas between them; options are
 * {@code namespaces="git"}, {@code valid-after="20260101"} and {@code valid-before="20270101"}, with commas between
 * them. Times are in UTC. A line that cannot be read refuses the whole file, with its number: where git passes over it,
 * a signer might be missing, or a limit. Certificates ({@code cert-authority}) are refused by name.
 *
 * <p>Files are read at each judgement, so that a change counts at once. Safe for use by several threads.
 */
public final class AllowedSigners {

    private static final int LONGEST = 4 * 1024 * 1024;

    private final String name;
    private final Supplier<String> text;
    private final Supplier<String> revoked;
    private final AtomicReference<@Nullable Parsed> last = new AtomicReference<>();

    private record Parsed(String text, String revoked, List<SignerLine> lines, Set<String> fingerprints) {}

    private AllowedSigners(String name, Supplier<String> text, Supplier<String> revoked) {
        this.name = name;
        this.text = text;
        this.revoked = revoked;
    }

    /**
     * Returns the signers of a text.
     *
     * @throws PermanentException if a line cannot be read
     */
    public static AllowedSigners parse(String text) {
        AllowedSigners signers = new AllowedSigners("the allowed signers", () -> text, () -> "");
        signers.parsed();
        return signers;
    }

    /** Returns the signers of a file, which is read when it is needed. While it cannot be read, nobody may sign. */
    public static AllowedSigners file(Path file) {
        return new AllowedSigners(file.toString(), () -> read(file), () -> "");
    }

    /**
     * Returns the same without the keys in a text: one public key in a line, as in {@code id_ed25519.pub}.
     *
     * @throws PermanentException if a line cannot be read
     */
    public AllowedSigners revoking(String keys) {
        AllowedSigners signers = new AllowedSigners(name, text, () -> keys);
        RevokedKeys.parse("the revoked keys", keys);
        return signers;
    }

    /**
     * Returns the same without the keys in a file, which is read when it is needed. While it cannot be read, nobody may
     * sign.
     */
    public AllowedSigners revokingFile(Path keys) {
        return new AllowedSigners(name, text, () -> read(keys));
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw PermanentException.invalid("signers", file.toString(), "the file is longer than 4 MiB");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "the signers in " + file + " cannot be read, so nobody may sign: " + e + "; mend the file",
                    e);
        }
    }

    String name() {
        return name;
    }

    /** Returns the lines that name a key. */
    List<SignerLine> of(SshKey key) {
        return parsed().lines().stream().filter(line -> line.key().equals(key)).toList();
    }

    boolean isRevoked(SshKey key) {
        return parsed().fingerprints().contains(key.fingerprint());
    }

    private Parsed parsed() {
        String now = text.get();
        String without = revoked.get();
        Parsed known = last.get();
        if (known != null && known.text().equals(now) && known.revoked().equals(without)) {
            return known;
        }
        Parsed fresh = new Parsed(now, without, lines(now), RevokedKeys.parse("the revoked keys of " + name, without));
        last.set(fresh);
        return fresh;
    }

    private List<SignerLine> lines(String all) {
        List<SignerLine> lines = new ArrayList<>();
        int number = 0;
        for (String line : all.split("\n", -1)) {
            number++;
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            try {
                lines.add(SignerLine.parse(number, content));
            } catch (BadSignature e) {
                throw PermanentException.invalid("line " + number + " of " + name, content, e.why());
            }
        }
        return lines;
    }
}
