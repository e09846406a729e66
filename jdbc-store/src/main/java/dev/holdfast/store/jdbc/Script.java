package dev.holdfast.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One script of the class path. Once released, it never changes.
 *
 * @param breaking whether nodes that do not know it must not work on its schema
 */
record Script(int version, String name, boolean breaking) {

    String sql() {
        try (InputStream in = Script.class.getResourceAsStream("/holdfast/postgresql/" + name)) {
            if (in == null) {
                throw new IllegalStateException("script " + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long checksum() {
        CRC32 crc = new CRC32();
        crc.update(sql().getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
