package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a git server says first: of protocol v2 its abilities, of older ones its refs with the abilities behind the
 * first.
 *
 * @param abilities the words it said, such as {@code object-format=sha256}; those of {@code fetch=} one by one
 * @param whole whether it is of protocol v2 and was read to its end
 */
record Advertisement(Set<String> abilities, boolean whole) {

    /** So many bytes hold all that a server says of its abilities. */
    static final int HEAD = 8192;

    private static final String FETCH = "fetch=";

    /** Who is told of an answer that holds abilities alone (protocol v2), and so holds for the next question too. */
    interface Lasting {
        void of(byte[] advertisement);
    }

    /** Runs {@code filtering} if the server can leave out files, and returns the whole answer from its first byte. */
    static InputStream read(GitLocation location, InputStream body, Runnable filtering, Lasting lasting)
            throws IOException {
        byte[] head = body.readNBytes(HEAD);
        Advertisement said = of(head);
        if (said.sha256()) {
            throw sha256(location);
        }
        if (said.abilities().contains("filter")) {
            filtering.run();
        }
        if (head.length < HEAD && said.whole()) {
            lasting.of(head);
        }
        return new SequenceInputStream(new ByteArrayInputStream(head), body);
    }

    /** Reads the first bytes of an answer, as far as they go. */
    static Advertisement of(byte[] head) {
        PktLines lines = new PktLines(head);
        PktLines.Line line = lines.next();
        if (line != null && line.text().startsWith("# service=")) {
            lines.next();
            line = lines.next();
        }
        if (line != null && line.text().equals("version 2")) {
            return version2(lines);
        }
        if (line != null && line.text().equals("version 1")) {
            line = lines.next();
        }
        int abilities = line == null ? -1 : line.text().indexOf('\0');
        return new Advertisement(
                line == null || abilities < 0 ? Set.of() : words(line.text().substring(abilities + 1)), false);
    }

    private static Advertisement version2(PktLines lines) {
        Set<String> abilities = new HashSet<>();
        PktLines.Line line = lines.next();
        for (; line != null && !line.flush(); line = lines.next()) {
            String text = line.text();
            abilities.addAll(text.startsWith(FETCH) ? words(text.substring(FETCH.length())) : Set.of(text));
        }
        return new Advertisement(abilities, line != null);
    }

    private static Set<String> words(String text) {
        return new HashSet<>(List.of(text.split(" ", -1)));
    }

    boolean sha256() {
        return abilities.contains("object-format=sha256");
    }

    static PermanentException sha256(GitLocation location) {
        return new PermanentException(
                Reason.PROTOCOL,
                location + " is a SHA-256 repository, which this resolver cannot read; use one with SHA-1 names");
    }
}
