package dev.holdfast.examples.onefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.*;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.*;
import dev.holdfast.testkit.TestHoldfast;
import dev.holdfast.webhook.Webhook;
import java.io.IOException;
import java.net.*;
import java.security.*;
import java.time.*;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tells a receiver what happens, which checks the signature and takes each event once. */
public final class EventReceiver {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Set<String> SEEN = new HashSet<>();

    private EventReceiver() {}

    /** Takes no arguments; sends to itself. */
    public static void main(String... args) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/events", EventReceiver::receive);
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/events");
        Webhook webhook = Webhook.to("billing", address, SECRET);
        try (var test = TestHoldfast.create(
                "github", builder -> builder.webhook(webhook).clock(Clock.systemUTC()))) {
            var holdfast = test.holdfast();
            holdfast.webhooks().deliver();
            System.out.println("The receiver is known, and told what comes from now on");
            test.upstream("acme/greeter").release("v1.0.0");
            var source = Source.parse("github://acme/greeter#tag:v1.0.0");
            var request = InstallRequest.of(WorkspaceId.of("ws-42"), source, TargetAddress.parse("dir:///srv/plugins"));
            holdfast.install(request.track(TrackedRef.latestTag()));
            test.upstream("acme/greeter").release("v1.1.0");
            System.out.println("Installed v1.0.0, and upstream releases v1.1.0");
            test.sweep();
            // A started Holdfast does this every five seconds.
            holdfast.webhooks().deliver();
            System.out.println("Waits: " + holdfast.webhooks().list().get(0).waiting());
        } finally {
            server.stop(0);
        }
    }

    private static void receive(HttpExchange call) throws IOException {
        String id = call.getRequestHeaders().getFirst("webhook-id");
        String time = call.getRequestHeaders().getFirst("webhook-timestamp");
        String body = new String(call.getRequestBody().readAllBytes(), UTF_8);
        byte[] key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
        String expected = "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + time + "." + body));
        boolean genuine = Arrays.stream(
                        call.getRequestHeaders().getFirst("webhook-signature").split(" "))
                .anyMatch(signature -> MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8)));
        boolean recent = Math.abs(Instant.now().getEpochSecond() - Long.parseLong(time)) < 300;
        if (genuine && recent && SEEN.add(id)) {
            System.out.println(
                    "Told: " + body.replaceFirst(".*\"type\":\"([^\"]*)\",\"subject\":\"([^\"]*)\".*", "$1 $2"));
        }
        call.sendResponseHeaders(genuine && recent ? 204 : 401, -1);
        call.close();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
