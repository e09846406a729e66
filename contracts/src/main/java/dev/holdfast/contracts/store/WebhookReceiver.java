package dev.holdfast.contracts.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A receiver of webhooks on this machine, which takes what is well signed, unless a test says otherwise. */
final class WebhookReceiver implements AutoCloseable {

    private static final Pattern TYPE = Pattern.compile("\"type\":\"dev\\.holdfast\\.([^\"]+)\"");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final String secret;
    private volatile String retryAfter = "1800";
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** One event, as it came. */
    record Received(String id, String signature, String body, int answer) {

        String type() {
            Matcher type = TYPE.matcher(body);
            return type.find() ? type.group(1) : "";
        }
    }

    WebhookReceiver(String secret) throws IOException {
        this.secret = secret;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?key=" + SECRET_IN_THE_ADDRESS);
    }

    static final String SECRET_IN_THE_ADDRESS = "s3cr3t-of-the-address";

    /** Sets what the next requests are answered; then they are taken again. */
    void answers(Integer... statuses) {
        answers.addAll(List.of(statuses));
    }

    /** Sets what is said with an answer of 429. */
    void retryAfter(String wish) {
        retryAfter = wish;
    }

    /** Lets requests hang until {@link #release}. */
    void hang() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    /** Returns all that came, whatever it was answered. */
    List<Received> all() {
        return List.copyOf(received);
    }

    /** Returns what was taken, in order. */
    List<Received> taken() {
        return received.stream().filter(one -> one.answer() == 204).toList();
    }

    List<String> types() {
        return taken().stream().map(Received::type).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
        String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
        boolean genuine = List.of(signature.split(" ")).contains(signed(id + "." + time + "." + body));
        Integer wanted = answers.poll();
        int status = genuine ? wanted == null ? 204 : wanted : 401;
        received.add(new Received(id, signature, body, status));
        await();
        if (status >= 300 && status < 400) {
            exchange.getResponseHeaders().add("location", address().toString());
        }
        if (status == 429) {
            exchange.getResponseHeaders().add("retry-after", retryAfter);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void await() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String signed(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends at once, as a machine that is switched off. */
    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
