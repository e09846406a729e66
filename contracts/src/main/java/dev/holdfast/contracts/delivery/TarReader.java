package dev.holdfast.contracts.delivery;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads small tar archives, as {@link Bundles#contents} reads bundles. */
final class TarReader {

    private static final int RECORD = 512;

    private final DataInputStream in;

    private TarReader(byte[] archive) {
        this.in = new DataInputStream(new ByteArrayInputStream(archive));
    }

    /** Returns what stands below {@code top}; an archive without its end, or with anything beside it, is refused. */
    static SortedMap<String, String> contents(byte[] archive, String top) throws IOException {
        return new TarReader(archive).contents(top + "/");
    }

    private SortedMap<String, String> contents(String top) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        Map<String, String> extended = new HashMap<>();
        for (byte[] header = record(); header[0] != 0; header = record()) {
            byte[] content = content((int) Long.parseLong(text(header, 124, 12), 8));
            if (header[156] == 'x') {
                extended.putAll(facts(content));
                continue;
            }
            String path = extended.getOrDefault("path", text(header, 0, 100));
            String link = extended.getOrDefault("linkpath", text(header, 157, 100));
            extended.clear();
            if (!path.startsWith(top)) {
                throw new IOException(path + " is not below " + top);
            }
            if (!path.equals(top)) {
                String relative = path.substring(top.length()).replaceFirst("/$", "");
                contents.put(relative, told((char) header[156], text(header, 100, 8), link, content));
            }
        }
        return contents;
    }

    private static String told(char type, String mode, String link, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        return switch (type) {
            case '5' -> "directory";
            case '2' -> "link to " + link;
            default -> (mode.endsWith("755") ? "executable: " : "file: ") + text;
        };
    }

    private byte[] record() throws IOException {
        byte[] record = new byte[RECORD];
        in.readFully(record);
        return record;
    }

    private byte[] content(int size) throws IOException {
        byte[] content = new byte[size];
        in.readFully(content);
        in.skipNBytes((RECORD - size % RECORD) % RECORD);
        return content;
    }

    private static Map<String, String> facts(byte[] content) {
        Map<String, String> facts = new HashMap<>();
        new String(content, StandardCharsets.UTF_8).lines().forEach(line -> {
            String[] parts = line.substring(line.indexOf(' ') + 1).split("=", 2);
            facts.put(parts[0], parts[1]);
        });
        return facts;
    }

    private static String text(byte[] header, int at, int length) {
        String text = new String(Arrays.copyOfRange(header, at, at + length), StandardCharsets.UTF_8);
        return text.replaceFirst("\0.*", "").strip();
    }
}
