package dev.holdfast.trust;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the binary form that SSH gives keys and signatures (RFC 4251, section 5). */
final class SshReader {

    private final ByteBuffer rest;

    SshReader(byte[] bytes) {
        this.rest = ByteBuffer.wrap(bytes);
    }

    /** Returns a string: its length in four bytes, and so many bytes. */
    byte[] string() throws BadSignature {
        int length = number();
        if (length < 0 || length > rest.remaining()) {
            throw new BadSignature("it is cut short");
        }
        return take(length);
    }

    String text() throws BadSignature {
        return new String(string(), StandardCharsets.US_ASCII);
    }

    int number() throws BadSignature {
        try {
            return rest.getInt();
        } catch (BufferUnderflowException e) {
            throw new BadSignature("it is cut short");
        }
    }

    byte[] take(int length) throws BadSignature {
        if (length > rest.remaining()) {
            throw new BadSignature("it is cut short");
        }
        byte[] taken = new byte[length];
        rest.get(taken);
        return taken;
    }

    /** Refuses bytes that nothing was read from. */
    void end() throws BadSignature {
        if (rest.hasRemaining()) {
            throw new BadSignature(rest.remaining() + " bytes are left over in it");
        }
    }
}
