package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An answer's body that is cut off at a deadline, by a thread that waits for nothing else. */
final class BoundedStream extends FilterInputStream {

    private final Deadline deadline;
    private final CountDownLatch closed = new CountDownLatch(1);

    BoundedStream(InputStream in, Deadline deadline) {
        super(in);
        this.deadline = deadline;
        Thread watch = new Thread(this::closeAtDeadline, "holdfast-docker-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void closeAtDeadline() {
        try {
            if (!closed.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                in.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The reader is told by its own next read.
        }
    }

    @Override
    public int read() throws IOException {
        deadline.check("reading from the container");
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        deadline.check("reading from the container");
        return super.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        super.close();
    }
}
