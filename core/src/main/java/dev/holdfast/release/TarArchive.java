package dev.holdfast.release;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes a tar archive entry by entry, as POSIX.1-2001 (pax) says: what the old header cannot hold, a long name, one
 * that is not ASCII, a size of 8 GiB, stands in an extended header before it. Holds one header at a time. Never closes
 * its stream.
 */
final class TarArchive {

    private static final int RECORD = 512;
    private static final int LONGEST_NAME = 100;
    private static final long LARGEST = 0_77777777777L;
    private static final int CHECKSUM = 148;

    private final OutputStream out;
    private final Instant modified;
    private int padding;

    /**
     * Creates an archive.
     *
     * @param modified the time that every entry carries
     */
    TarArchive(OutputStream out, Instant modified) {
        this.out = out;
        this.modified = modified;
    }

    void directory(String path) throws IOException {
        entry(path + "/", "", 0, 0755, '5');
    }

    void link(String path, String target) throws IOException {
        entry(path, target, 0, 0777, '2');
    }

    /** Begins a file, whose content follows by {@link #content}, {@code size} bytes in all. */
    void file(String path, boolean executable, long size) throws IOException {
        entry(path, "", size, executable ? 0755 : 0644, '0');
        padding = padding(size);
    }

    void content(byte[] buffer, int length) throws IOException {
        out.write(buffer, 0, length);
    }

    /** Without it, whoever reads the archive knows that it was cut short. */
    void end() throws IOException {
        pad();
        out.write(new byte[2 * RECORD]);
        out.flush();
    }

    private static int padding(long size) {
        return (int) ((RECORD - size % RECORD) % RECORD);
    }

    private void pad() throws IOException {
        out.write(new byte[padding]);
        padding = 0;
    }

    private void entry(String path, String link, long size, int mode, char type) throws IOException {
        pad();
        ByteArrayOutputStream extended = new ByteArrayOutputStream();
        if (!fits(path)) {
            extended.writeBytes(fact("path", path));
        }
        if (!fits(link)) {
            extended.writeBytes(fact("linkpath", link));
        }
        if (size > LARGEST) {
            extended.writeBytes(fact("size", Long.toString(size)));
        }
        if (extended.size() > 0) {
            out.write(header("pax", "", extended.size(), 0644, 'x'));
            out.write(extended.toByteArray());
            padding = padding(extended.size());
            pad();
        }
        out.write(header(path, link, Math.min(size, LARGEST), mode, type));
    }

    private static boolean fits(String text) {
        return text.length() <= LONGEST_NAME && text.chars().allMatch(letter -> letter < 0x80);
    }

    /** The length in front counts its own digits too. */
    private static byte[] fact(String key, String value) {
        byte[] rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
        int length = rest.length;
        while (length != rest.length + Integer.toString(length).length()) {
            length = rest.length + Integer.toString(length).length();
        }
        ByteArrayOutputStream fact = new ByteArrayOutputStream();
        fact.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
        fact.writeBytes(rest);
        return fact.toByteArray();
    }

    private byte[] header(String path, String link, long size, int mode, char type) {
        byte[] header = new byte[RECORD];
        put(header, 0, shortened(path));
        put(header, 100, octal(mode, 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(size, 11));
        put(header, 136, octal(Math.max(0, modified.getEpochSecond()), 11));
        header[156] = (byte) type;
        put(header, 157, shortened(link));
        put(header, 257, "ustar\0" + "00");
        Arrays.fill(header, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte part : header) {
            sum += part & 0xff;
        }
        put(header, CHECKSUM, octal(sum, 6) + "\0 ");
        return header;
    }

    private static String octal(long value, int digits) {
        String text = Long.toOctalString(value);
        return "0".repeat(digits - text.length()) + text;
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
