package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy that lets nobody through who does not log in by HTTP basic authentication: plain http, and tunnels. */
final class LoginProxy implements AutoCloseable {

    private static final int LONGEST_HEAD = 64 * 1024;

    private final ServerSocket listening;
    private final Credentials wanted;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    private LoginProxy(ServerSocket listening, Credentials wanted) {
        this.listening = listening;
        this.wanted = wanted;
    }

    static LoginProxy start(Credentials wanted) {
        try {
            LoginProxy proxy = new LoginProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), wanted);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    String host() {
        return "127.0.0.1:" + port();
    }

    /** Returns the requests that were let through, as their first lines. */
    List<String> requests() {
        return heads.stream().map(head -> head.substring(0, head.indexOf('\r'))).toList();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            OutputStream back = client.getOutputStream();
            if (!head.toLowerCase(Locale.ROOT)
                    .contains("proxy-authorization: " + wanted.header().toLowerCase(Locale.ROOT))) {
                send(
                        back,
                        String.join(
                                "\r\n",
                                "HTTP/1.1 407 Proxy Authentication Required",
                                "Proxy-Authenticate: Basic realm=\"gate\"",
                                "Connection: close",
                                "Content-Length: 0",
                                "",
                                ""));
                return;
            }
            heads.add(head);
            String target = head.split(" ", 3)[1];
            boolean tunnel = head.startsWith("CONNECT ");
            URI to = URI.create(tunnel ? "https://" + target : target);
            try (Socket server = new Socket(to.getHost(), to.getPort())) {
                if (tunnel) {
                    send(back, "HTTP/1.1 200 Connection established\r\n\r\n");
                } else {
                    send(server.getOutputStream(), forwarded(head, to));
                }
                threads.execute(() -> pump(client, server));
                server.getInputStream().transferTo(back);
            }
        } catch (IOException e) {
            // one of both went away
        }
    }

    /** One request for each connection; what was for the proxy stays here. */
    private static String forwarded(String head, URI to) {
        return head.replace(to.toString(), to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery()))
                .replaceAll("(?i)proxy-authorization:[^\r]*\r\n", "")
                .replaceFirst("\r\n", "\r\nConnection: close\r\n");
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of both went away
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < LONGEST_HEAD && head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
