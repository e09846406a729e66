package dev.holdfast.resolver.jgit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads git's pkt-lines (gitprotocol-common): four hex digits of length, which count themselves, then the payload. A
 * line feed at the end of a payload is optional and is left out here: servers built on JGit (7.8.1) send none.
 */
final class PktLines {

    /** How many digits say how long a line is. */
    static final int LENGTH = 4;

    /** The most bytes of one line. */
    static final int LONGEST = 65_520;

    private final byte[] bytes;
    private int at;

    PktLines(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * One line.
     *
     * @param text the payload, one character a byte; empty for a separator
     * @param flush whether it ends a list of lines
     */
    record Line(String text, boolean flush) {}

    /** Returns the next line; {@code null} where the bytes end before it does, or are no pkt-line. */
    @Nullable Line next() {
        int length = length();
        boolean separator = length >= 0 && length < LENGTH;
        if (length < 0 || at + length > bytes.length) {
            return null;
        }
        int from = at + LENGTH;
        int to = separator ? from : at + length;
        at = to;
        String text = new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.ISO_8859_1);
        return new Line(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text, length == 0);
    }

    /**
     * Reads whole lines from a connection that stays open: up to the first flush, the end, or a little over
     * {@code most} bytes.
     */
    static byte[] upToFlush(InputStream in, int most) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (read.size() < most) {
            byte[] digits = in.readNBytes(LENGTH);
            read.writeBytes(digits);
            int length = new PktLines(digits).length();
            if (length < LENGTH) {
                break;
            }
            read.writeBytes(in.readNBytes(length - LENGTH));
        }
        return read.toByteArray();
    }

    private int length() {
        if (at + LENGTH > bytes.length) {
            return -1;
        }
        int length = 0;
        for (int i = at; i < at + LENGTH; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            length = length * 16 + digit;
        }
        return length;
    }
}
