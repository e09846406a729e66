package dev.holdfast.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.TestHoldfast;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A Jetty that mounts the servlet over a scripted source and a store in memory, and an HTTP client that asks it. */
final class AdminFixture implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestHoldfast test;
    private final Server server = new Server(0);
    private final String mount;

    AdminFixture(UnaryOperator<AdminServletBuilder> different) throws Exception {
        this("/", "/*", different);
    }

    AdminFixture(String contextPath, String pattern, UnaryOperator<AdminServletBuilder> different) throws Exception {
        this(contextPath, pattern, different, builder -> builder);
    }

    /** Returns one whose Holdfast is wired in another way. */
    static AdminFixture wired(UnaryOperator<HoldfastBuilder> wiring) throws Exception {
        return new AdminFixture("/", "/*", builder -> builder, wiring);
    }

    private AdminFixture(
            String contextPath,
            String pattern,
            UnaryOperator<AdminServletBuilder> different,
            UnaryOperator<HoldfastBuilder> wiring)
            throws Exception {
        AdminEvents events = AdminEvents.create();
        this.test = TestHoldfast.create("github", builder -> wiring.apply(builder.listener(events)));
        this.mount = (contextPath + pattern).replace("//", "/").replace("*", "");
        ServletContextHandler context = new ServletContextHandler(contextPath);
        server.setHandler(context);
        mount(
                context,
                pattern,
                different.apply(AdminServlet.builder(test.holdfast(), events)).build());
        server.start();
    }

    private static void mount(ServletContextHandler context, String pattern, AdminServlet servlet) {
        ServletHolder holder = new ServletHolder("holdfast", servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, pattern);
    }

    /** An answer. */
    record Reply(int status, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    TestHoldfast test() {
        return test;
    }

    Holdfast holdfast() {
        return test.holdfast();
    }

    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /** Returns where the page is. */
    URI url() {
        return URI.create("http://127.0.0.1:" + port() + mount);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(60));
    }

    Reply get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    Reply post(String path, String json, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        return send((headers.length == 0 ? request : request.headers(headers)).POST(BodyPublishers.ofString(json)));
    }

    Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Opens the stream of events. */
    InputStream events() throws IOException, InterruptedException {
        return client.send(request("admin/events").build(), BodyHandlers.ofInputStream())
                .body();
    }

    /** Installs what stands at a tag of the scripted source. */
    void installed(String workspace, String location, String tag) {
        holdfast()
                .install(InstallRequest.of(
                                WorkspaceId.of(workspace),
                                Source.parse("github://acme/" + location + "#tag:" + tag),
                                TargetAddress.parse("docker://" + workspace + "/configs/plugins"))
                        .track(TrackedRef.latestTag()));
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            test.close();
        }
    }
}
