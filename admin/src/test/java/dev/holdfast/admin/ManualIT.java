package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** What {@code docs/admin.md} tells hosts to do. */
final class ManualIT {

    @Test
    void theWiringOfTheManualAsksForTheLoginOfTheContainer() throws Exception {
        HoldfastBuilder builder =
                Holdfast.builder().store(InMemoryTrackingStore.create()).target(DirectoryTarget.create());
        Server server = new Server(0);
        ServletContextHandler context = new ServletContextHandler("/");
        server.setHandler(context);

        AdminEvents events = AdminEvents.create();
        Holdfast holdfast = builder.listener(events).build();
        AdminServlet servlet = AdminServlet.builder(holdfast, events)
                .access(AdminAccess.roles("plugins-look", "plugins-decide"))
                .build();
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/ops/holdfast/*");
        server.start();
        try {
            int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
            URI page = URI.create("http://127.0.0.1:" + port + "/ops/holdfast/");
            assertThat(status(page)).isEqualTo(200);
            assertThat(status(page.resolve("admin/session"))).isEqualTo(401);
        } finally {
            events.close();
            server.stop();
            holdfast.close();
        }
    }

    private static int status(URI uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }
}
