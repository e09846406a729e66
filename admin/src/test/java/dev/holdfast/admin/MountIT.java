package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.AdminFixture.Reply;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servlet below a path of the host's choice, in two containers. */
@Timeout(120)
final class MountIT {

    @TempDir
    private Path directory;

    @Test
    void underAnyPathThePageItsPartsAndItsApiAreFound() throws Exception {
        try (AdminFixture host = new AdminFixture("/shop", "/ops/holdfast/*", builder -> builder)) {
            host.test().upstream("acme/greeter").release("v1.0.0");
            host.installed("ws-1", "greeter", "v1.0.0");

            String page = host.get("").response().body();

            assertThat(page).contains("src=\"page/app.js\"").doesNotContain("href=\"/", "src=\"/");
            assertThat(host.get("page/app.js").header("Content-Type")).startsWith("text/javascript");
            assertThat(host.get("admin/installs").json().findValuesAsText("workspace"))
                    .containsExactly("ws-1");
            assertThat(host.get("workspaces").json().findValuesAsText("id")).containsExactly("ws-1");
            Reply bare = host.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + "/shop/ops/holdfast")));
            assertThat(bare.status()).isEqualTo(302);
            assertThat(bare.header("Location")).isEqualTo("holdfast/");
        }
    }

    @Test
    void aLinkToTheNextPartHoldsUnderAnyPath() throws Exception {
        try (AdminFixture host = new AdminFixture("/shop", "/ops/holdfast/*", builder -> builder)) {
            host.test().upstream("acme/greeter").release("v1.0.0");
            host.installed("ws-1", "greeter", "v1.0.0");
            host.installed("ws-2", "greeter", "v1.0.0");

            Reply first = host.get("admin/installs?limit=1");
            String link = first.header("Link").replaceFirst("<(.*)>.*", "$1");
            URI next = first.response().uri().resolve(first.response().uri().getPath() + link);

            assertThat(host.send(HttpRequest.newBuilder(next)).json().findValuesAsText("workspace"))
                    .containsExactly("ws-2");
        }
    }

    @Test
    void tomcatShowsThePageAnswersAndStreamsEvents() throws Exception {
        try (AdminFixture jetty = new AdminFixture(builder -> builder)) {
            AdminEvents events = AdminEvents.create();
            AdminServlet servlet =
                    AdminServlet.builder(jetty.holdfast(), events).build();
            try (TomcatMount tomcat = new TomcatMount(directory, "", "/ops/holdfast/*", servlet)) {
                URI mount = URI.create("http://127.0.0.1:" + tomcat.port() + "/ops/holdfast/");
                HttpClient client = HttpClient.newHttpClient();

                HttpResponse<String> page = get(client, mount);
                HttpResponse<String> health = get(client, mount.resolve("admin/session"));
                HttpResponse<String> bare =
                        get(client, URI.create("http://127.0.0.1:" + tomcat.port() + "/ops/holdfast"));

                assertThat(page.body()).contains("page/app.js");
                assertThat(health.body()).contains("\"mayDecide\":true");
                assertThat(bare.headers().firstValue("Location")).contains("holdfast/");
                InputStream stream = client.send(
                                HttpRequest.newBuilder(mount.resolve("admin/events"))
                                        .build(),
                                BodyHandlers.ofInputStream())
                        .body();
                try (EventReader reader = new EventReader(stream)) {
                    events.tell(EventView.progress(7, 1, 2));
                    assertThat(reader.until("progress")).isEqualTo("{\"update\":7,\"entries\":1,\"bytes\":2}");
                    events.close();
                    reader.untilItEnds();
                }
            }
        }
    }

    private static HttpResponse<String> get(HttpClient client, URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
