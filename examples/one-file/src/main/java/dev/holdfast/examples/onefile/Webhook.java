package dev.holdfast.examples.onefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.TestHoldfast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Looks at an upstream when a push is reported, instead of at the next sweep. A real host checks the signature first. */
public final class Webhook {

    private Webhook() {}

    /** Takes no arguments; posts to itself. */
    public static void main(String... args) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (TestHoldfast test = TestHoldfast.create()) {
            server.createContext("/pushed", exchange -> pushed(exchange, test.holdfast()));
            server.start();
            test.upstream("acme/greeter").release("v1.0.0");
            test.holdfast()
                    .install(InstallRequest.of(
                                    WorkspaceId.of("ws-42"),
                                    Source.parse("github://acme/greeter#tag:v1.0.0"),
                                    TargetAddress.parse("dir:///srv/plugins"))
                            .track(TrackedRef.latestTag()));
            System.out.println("Installed v1.0.0");
            test.upstream("acme/greeter").release("v1.1.0");
            System.out.println("Upstream releases v1.1.0, and reports a push");

            for (String repository : new String[] {"acme/greeter", "acme/other"}) {
                URI hook = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/pushed");
                HttpRequest push = HttpRequest.newBuilder(hook)
                        .POST(HttpRequest.BodyPublishers.ofString(repository))
                        .build();
                System.out.println("Push to " + repository + ": "
                        + HttpClient.newHttpClient()
                                .send(push, BodyHandlers.ofString())
                                .body());
            }
            test.holdfast()
                    .updates()
                    .pending()
                    .forEach(update -> System.out.println("Waits: " + update.subject() + " to "
                            + update.version().orElseThrow()));
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
