package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The first bytes of a git server's answer, where it says what it can do. */
final class Advertisement {

    private static final int HEAD = 8192;
    private static final Pattern FILTERS = Pattern.compile("\\bfetch=[^\\n]*\\bfilter\\b| filter[ \\n]");

    /** Without and with the line that names the service. */
    private static final Pattern VERSION_2 = Pattern.compile("(001e# service=git-upload-pack\\n0000)?000eversion 2\\n");

    private Advertisement() {}

    /** Who is told of an answer that holds abilities alone (protocol v2), and so holds for the next question too. */
    interface Lasting {
        void of(byte[] advertisement);
    }

    /** Runs {@code filtering} if the server can leave out files, and returns the whole answer from its first byte. */
    static InputStream read(GitLocation location, InputStream body, Runnable filtering, Lasting lasting)
            throws IOException {
        byte[] head = body.readNBytes(HEAD);
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.contains("object-format=sha256")) {
            throw new PermanentException(
                    Reason.PROTOCOL,
                    location + " is a SHA-256 repository, which this resolver cannot read; use one with SHA-1 names");
        }
        if (FILTERS.matcher(text).find()) {
            filtering.run();
        }
        if (head.length < HEAD && VERSION_2.matcher(text).lookingAt()) {
            lasting.of(head);
        }
        return new SequenceInputStream(new ByteArrayInputStream(head), body);
    }
}
