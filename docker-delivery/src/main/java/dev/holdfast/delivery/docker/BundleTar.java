package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A bundle as a tar archive that is made while it is read: no thread, no pipe, no buffer but one header. A source that
 * fails therefore fails the request that reads this. With a pipe, the writer's orderly close would end the archive
 * early, and the engine would answer 200 for a part of the tree.
 */
final class BundleTar extends InputStream {

    private static final int RECORD = 512;

    private final Bundle.Entries pass;
    private final TarHeaders headers;
    private final Progress progress;
    private final Deadline deadline;
    private InputStream current;
    private boolean content;
    private long left;
    private long padding;
    private boolean ended;
    private long entries = -1;
    private long bytes;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    BundleTar(Bundle bundle, TarHeaders headers, Progress progress, Deadline deadline) {
        this.pass = bundle.open();
        this.headers = headers;
        this.progress = progress;
        this.deadline = deadline;
        this.current = header(headers.top());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Remembers what went wrong: the client wraps it in its own words. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            if (closed) {
                throw new IOException("the upload is over");
            }
            deadline.check("the upload");
            return length == 0 ? 0 : pull(target, offset, length);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private int pull(byte[] target, int offset, int length) throws IOException {
        while (left == 0) {
            if (ended) {
                return -1;
            }
            advance();
        }
        int count = current.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new IOException("a file of the bundle ended " + left + " bytes early");
        }
        left -= count;
        if (content) {
            bytes += count;
            progress.advanced(entries, bytes);
        }
        return count;
    }

    /** Goes on to the next piece: content after its header, padding after content, then the next header. */
    private void advance() throws IOException {
        BundleEntry.File file = headers.file();
        if (file != null) {
            headers.contentTaken();
            current = pass.content();
            content = true;
            left = file.size();
            padding = (RECORD - left % RECORD) % RECORD;
        } else if (padding > 0) {
            current = header(new byte[(int) padding]);
            padding = 0;
        } else {
            next();
        }
    }

    private void next() throws IOException {
        entries++;
        if (entries > 0) {
            progress.advanced(entries, bytes);
        }
        BundleEntry entry = pass.next();
        if (entry == null) {
            ended = true;
            current = header(new byte[2 * RECORD]);
        } else {
            current = header(headers.of(entry));
        }
    }

    private InputStream header(byte[] piece) {
        left = piece.length;
        content = false;
        return new ByteArrayInputStream(piece);
    }

    /** Throws what ended this archive early, if anything did; {@code wrapped} is how the client tells it. */
    void throwFailure(RuntimeException wrapped) {
        if (wrapped instanceof HoldfastException known && known.reason() == Reason.TIMEOUT) {
            return; // What failed here failed because it was interrupted.
        }
        Throwable cause = failure;
        if (cause instanceof HoldfastException known) {
            throw known;
        }
        if (cause instanceof IOException) {
            throw new TransientException(
                    Reason.UNREACHABLE, "the bundle could not be read to its end (" + cause + "); try again", wrapped);
        }
        if (cause instanceof RuntimeException bug) {
            throw bug;
        }
    }

    @Override
    public void close() {
        closed = true;
        pass.close();
    }
}
