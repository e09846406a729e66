package dev.holdfast.resolver.jgit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that is as bad as a test wants it to be: it sends exactly the bytes it is given, when it is told to.
 */
final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger connections = new AtomicInteger();
    private final CompletableFuture<Void> clientGone = new CompletableFuture<>();

    /** One request as it came. */
    record Request(String line, Map<String, String> headers) {

        /** Returns what was asked for: the part of the line between the blanks. */
        String path() {
            return line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
        }
    }

    /** Answers one request. */
    interface Answer {
        void to(Request request, Exchange exchange) throws IOException;
    }

    RawServer(Answer answer) {
        this(ServerSocketFactory.getDefault(), answer);
    }

    RawServer(ServerSocketFactory sockets, Answer answer) {
        try {
            listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(() -> accept(answer));
    }

    String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** Returns how many connections were made so far. */
    int connections() {
        return connections.get();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    void forgetRequests() {
        requests.clear();
    }

    /** Completes when a client closes its connection in the middle of an answer. */
    CompletableFuture<Void> clientGone() {
        return clientGone;
    }

    /** Returns one line of git's protocol. */
    static String pkt(String text) {
        return "%04x%s".formatted(text.length() + 4, text);
    }

    /** Returns what a server that speaks version 2 says first. */
    static String capabilities() {
        return pkt("# service=git-upload-pack\n") + "0000" + pkt("version 2\n") + pkt("ls-refs=unborn\n")
                + pkt("fetch=shallow filter\n") + pkt("object-format=sha1\n") + "0000";
    }

    private void accept(Answer answer) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                threads.execute(() -> serve(socket, answer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Answer answer) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                answer.to(request, new Exchange(socket, in));
            }
        } catch (IOException e) {
            clientGone.complete(null);
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        return line.isEmpty() ? null : new Request(line, headers);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }

    /** The answering side of one request. */
    final class Exchange {

        private final Socket socket;
        private final InputStream in;

        Exchange(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Begins a long answer that {@link #send} goes on with. */
        void begin(String headers) throws IOException {
            send("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 100000\r\n\r\n");
        }

        void respond(int status, String headers, String body) throws IOException {
            send("HTTP/1.1 " + status + " Some\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }

        void advertise(String body) throws IOException {
            respond(200, "Content-Type: application/x-git-upload-pack-advertisement\r\n", body);
        }

        /** Waits for the client to go away, in pauses; returns whether it did. */
        boolean gone() throws IOException {
            socket.setSoTimeout(20);
            try {
                boolean gone = in.read() < 0;
                if (gone) {
                    clientGone.complete(null);
                }
                return gone;
            } catch (SocketTimeoutException e) {
                return false;
            }
        }

        /** Sends nothing more until the client goes away. */
        void hang() throws IOException {
            boolean listens = true;
            while (listens) {
                listens = !gone() && !listening.isClosed();
            }
        }

        /** Sends one byte after the other, with pauses, for as long as somebody listens. */
        void drip(String text) throws IOException {
            for (int i = 0; !gone() && !listening.isClosed(); i++) {
                send(String.valueOf(text.charAt(i % text.length())));
            }
        }
    }
}
