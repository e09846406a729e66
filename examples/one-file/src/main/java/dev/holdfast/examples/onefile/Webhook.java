package dev.holdfast.examples.onefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.*;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.*;
import dev.holdfast.testkit.TestHoldfast;
import java.io.IOException;
import java.net.*;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Looks at an upstream when a push is reported, instead of at the next sweep. A real host checks the signature first.
 */
public final class Webhook {

    private Webhook() {}

    /** Takes no arguments; posts to itself. */
    public static void main(String... args) throws IOException, InterruptedException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var test = TestHoldfast.create()) {
            server.createContext("/pushed", exchange -> pushed(exchange, test.holdfast()));
            server.start();
            test.upstream("acme/greeter").release("v1.0.0");
            var source = Source.parse("github://acme/greeter#tag:v1.0.0");
            var request = InstallRequest.of(WorkspaceId.of("ws-42"), source, TargetAddress.parse("dir:///srv/plugins"));
            test.holdfast().install(request.track(TrackedRef.latestTag()));
            System.out.println("Installed v1.0.0");
            test.upstream("acme/greeter").release("v1.1.0");
            System.out.println("Upstream releases v1.1.0, and reports a push");
            for (String repository : new String[] {"acme/greeter", "acme/other"}) {
                URI hook = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/pushed");
                var body = HttpRequest.BodyPublishers.ofString(repository);
                var push = HttpRequest.newBuilder(hook).POST(body).build();
                var answer = HttpClient.newHttpClient().send(push, BodyHandlers.ofString());
                System.out.println("Push to " + repository + ": " + answer.body());
            }
            for (Update update : test.holdfast().updates().pending().toList()) {
                System.out.println(
                        "Waits: " + update.subject() + " to " + update.version().orElseThrow());
            }
        } finally {
            server.stop(0);
        }
    }

    private static void pushed(HttpExchange push, Holdfast holdfast) throws IOException {
        String repository = new String(push.getRequestBody().readAllBytes(), UTF_8);
        byte[] answer = holdfast.sweeper()
                .check(Source.parse("github://" + repository))
                .map(report -> "asked, queued " + report.queued())
                .orElse("no install follows it")
                .getBytes(UTF_8);
        push.sendResponseHeaders(200, answer.length);
        push.getResponseBody().write(answer);
        push.close();
    }
}
