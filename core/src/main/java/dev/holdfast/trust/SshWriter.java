package dev.holdfast.trust;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes what {@link SshReader} reads. */
final class SshWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    SshWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    SshWriter string(byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        return raw(bytes);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
