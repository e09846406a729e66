package dev.holdfast.delivery.ssh;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Keeps the end of what is written: where a command says why it failed. Of control characters only ends of lines are
 * kept, for a script may name many readers that hold one release, each in a line. Safe for use by several threads.
 */
final class Tail extends OutputStream {

    private static final int KEPT = 64 * 1024;

    private final byte[] ring = new byte[KEPT];
    private long written;

    @Override
    public synchronized void write(int b) {
        ring[(int) (written++ % KEPT)] = (byte) b;
    }

    @Override
    public synchronized String toString() {
        int length = (int) Math.min(written, KEPT);
        byte[] kept = new byte[length];
        for (int i = 0; i < length; i++) {
            kept[i] = ring[(int) ((written - length + i) % KEPT)];
        }
        return new String(kept, StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}&&[^\n]]+", " ")
                .strip();
    }
}
