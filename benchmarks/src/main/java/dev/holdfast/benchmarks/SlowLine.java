package dev.holdfast.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A line to a server of this machine that carries so many bytes a second in each direction, all connections together;
 * no delay is added.
 */
final class SlowLine implements AutoCloseable {

    private static final int BLOCK = 16 * 1024;

    private final ServerSocket door;
    private final int to;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "slow-line");
        thread.setDaemon(true);
        return thread;
    });
    private final Rate up;
    private final Rate down;

    SlowLine(int to, long bytesPerSecond) throws IOException {
        this.to = to;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.up = new Rate(bytesPerSecond);
        this.down = new Rate(bytesPerSecond);
        threads.execute(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = door.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                threads.execute(() -> carry(near, far, up));
                threads.execute(() -> carry(far, near, down));
            }
        } catch (IOException e) {
            // The line was closed.
        }
    }

    /** Until one of the two hangs up. */
    private static void carry(Socket from, Socket to, Rate rate) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] block = new byte[BLOCK];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                rate.take(count);
                out.write(block, 0, count);
            }
        } catch (IOException e) {
            // Whoever waits for an answer is told by its own connection.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
    }

    /** Who takes bytes waits until the line has carried what came before. */
    private static final class Rate {

        private final long bytesPerSecond;
        private long free = System.nanoTime();

        Rate(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        void take(int bytes) {
            long until;
            synchronized (this) {
                free = Math.max(free, System.nanoTime()) + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
                until = free;
            }
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
