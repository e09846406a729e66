package dev.holdfast.resolver.jgit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The first 64 KiB of a stream. All that follows is read as well, up to its end, and not given to anybody: whoever
 * writes it is not held up, and whoever keeps what is given keeps little.
 */
final class Excerpt extends FilterInputStream {

    static final int GIVEN = 64 * 1024;

    private int left = GIVEN;

    Excerpt(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left > 0 || length == 0) {
            int n = super.read(bytes, offset, Math.min(length, left));
            left -= Math.max(0, n);
            return n;
        }
        int n = 0;
        while (n >= 0) {
            n = super.read(bytes, offset, length);
        }
        return -1;
    }
}
