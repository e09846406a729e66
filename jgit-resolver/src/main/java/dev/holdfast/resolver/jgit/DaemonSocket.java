package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.TransientException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One connection over TCP. Interrupting who reads or writes closes it, so a deadline can end it. */
final class DaemonSocket implements Closeable {

    private static final int GIT_PORT = 9418;

    private final SocketChannel channel;
    private final Bounds bounds;

    /**
     * What a server may take of us.
     *
     * @param location which repository is asked
     * @param idle the longest silence, also until it answers at first
     * @param budget what is left of the bytes it may send
     */
    record Bounds(GitLocation location, Duration idle, Budget budget) {}

    private DaemonSocket(SocketChannel channel, Bounds bounds) {
        this.channel = channel;
        this.bounds = bounds;
    }

    static DaemonSocket connect(Bounds bounds) throws IOException {
        InetSocketAddress address = address(bounds.location());
        SocketChannel channel = SocketChannel.open();
        try {
            int idle = (int) bounds.idle().toMillis();
            channel.socket().connect(address, idle);
            channel.socket().setSoTimeout(idle);
            return new DaemonSocket(channel, bounds);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw silent(bounds);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static InetSocketAddress address(GitLocation location) throws UnknownHostException {
        String host = location.url().getHost();
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = location.url().getPort();
        InetSocketAddress address = new InetSocketAddress(name, port < 0 ? GIT_PORT : port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(name);
        }
        return address;
    }

    InputStream in() throws IOException {
        return new BufferedInputStream(new Bounded(channel.socket().getInputStream()));
    }

    OutputStream out() throws IOException {
        return new BufferedOutputStream(channel.socket().getOutputStream());
    }

    private static TransientException silent(Bounds bounds) {
        return HttpBody.silent(bounds.location(), bounds.idle());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Bounded extends FilterInputStream {

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int n = super.read(bytes, offset, length);
                bounds.budget().take(n);
                return n;
            } catch (SocketTimeoutException e) {
                throw silent(bounds);
            }
        }
    }
}
