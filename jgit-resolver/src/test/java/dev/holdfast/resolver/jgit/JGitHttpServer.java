package dev.holdfast.resolver.jgit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** JGit's own server, as its servlet answers: the base of Gerrit, GitBucket and others. */
final class JGitHttpServer implements AutoCloseable {

    private static final String SERVICE = "git-upload-pack";

    private final Path directory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile int largestBody = Integer.MAX_VALUE;

    private JGitHttpServer(Path directory, HttpServer server) {
        this.directory = directory;
        this.server = server;
    }

    static JGitHttpServer start(Path directory) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            JGitHttpServer started = new JGitHttpServer(directory, server);
            server.setExecutor(started.threads);
            server.createContext("/", started::answer);
            server.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    GitRepository repository(String name) {
        return GitRepository.create(
                directory.resolve(name + ".git"), Source.parse("git+http://" + host() + "/" + name + ".git"));
    }

    /** Returns the methods of all requests so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns what was posted so far. */
    List<String> bodies() {
        return List.copyOf(bodies);
    }

    /** Refuses larger requests from now on, as a proxy in front of it does. */
    void refuseBodiesAbove(int bytes) {
        largestBody = bytes;
    }

    void forgetRequests() {
        requests.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod());
            String path = exchange.getRequestURI().getPath();
            String name = path.substring(1, path.indexOf(".git") + 4);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (body.length > largestBody) {
                exchange.sendResponseHeaders(413, -1);
                return;
            }
            boolean asked = exchange.getRequestMethod().equals("GET");
            try (Repository repository = new FileRepositoryBuilder()
                            .setGitDir(directory.resolve(name).toFile())
                            .setMustExist(true)
                            .build();
                    UploadPack upload = new UploadPack(repository)) {
                serve(upload, exchange, body, answer);
            }
            String type = asked ? "advertisement" : "result";
            exchange.getResponseHeaders().set("Content-Type", "application/x-" + SERVICE + "-" + type);
            exchange.sendResponseHeaders(200, answer.size() == 0 ? -1 : answer.size());
            answer.writeTo(exchange.getResponseBody());
        }
    }

    private void serve(UploadPack upload, HttpExchange exchange, byte[] body, ByteArrayOutputStream answer)
            throws IOException {
        upload.setBiDirectionalPipe(false);
        String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
        if (protocol != null) {
            upload.setExtraParameters(Arrays.asList(protocol.split(":", -1)));
        }
        if (exchange.getRequestMethod().equals("GET")) {
            upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(answer)), SERVICE);
        } else {
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] plain = packed ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body;
            bodies.add(new String(plain, StandardCharsets.ISO_8859_1));
            upload.uploadWithExceptionPropagation(new ByteArrayInputStream(plain), answer, null);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
