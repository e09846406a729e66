package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host that is told to end while it applies an update that somebody asked for over HTTP. */
@Timeout(600)
final class StopIT {

    private static final int FILES = 800;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LARGEST = 16;
    private static final Pattern DELIVERING = Pattern.compile("\"entries\":[1-9]");
    private static final String PLUGIN = "/workspaces/harbour/plugins/greeter";

    @TempDir
    private Path directory;

    private EmbeddedPostgreSql server;

    @BeforeEach
    void startServer() {
        server = EmbeddedPostgreSql.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void nothingIsHalfDoneAfterSigtermInTheMiddleOfAnApply() throws Exception {
        JsonNode update;
        try (PlatformFixture platform = platform()) {
            update = updateThatWaits(platform);
        }

        Process host = start();
        try {
            applyAndEndInTheMiddle(host, update);
            assertThat(host.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            host.destroyForcibly();
        }

        try (PlatformFixture platform = platform()) {
            String state = settled(platform);
            assertThat(state).isIn("applied", "pending");
            boolean applied = state.equals("applied");
            assertThat(live()).isEqualTo(applied ? "2" : "1");
            JsonNode install = platform.get(PLUGIN).json();
            assertThat(install.get("version").asText()).isEqualTo(applied ? "v2.0.0" : "v1.0.0");
            assertThat(platform.post(PLUGIN + "/verify", "{}")
                            .json()
                            .get("outcome")
                            .asText())
                    .isEqualTo("intact");
            assertThat(platform.get(PLUGIN + "/history").json().get("operations"))
                    .allMatch(operation -> !operation.get("outcome").isNull());

            platform.post(apply(update), reviewed(update));

            assertThat(live()).isEqualTo("2");
            assertThat(platform.post(PLUGIN + "/verify", "{}")
                            .json()
                            .get("outcome")
                            .asText())
                    .isEqualTo("intact");
        }
    }

    private PlatformFixture platform() throws IOException {
        return new PlatformFixture(directory, Map.of(), options -> {
            options.demo = false;
            options.jdbc = server.url();
            options.jdbcUser = "postgres";
            options.largestPlugin = LARGEST;
        });
    }

    private static JsonNode updateThatWaits(PlatformFixture platform) throws IOException {
        DemoRepository repository = platform.repository();
        repository.commit("First", files("1")).tag("v1.0.0");
        platform.installed("harbour", repository, "tag:v1.0.0", "tag:latest");
        repository.commit("Second", files("2")).tag("v2.0.0");
        platform.look(repository);
        return platform.update("harbour");
    }

    private static Map<String, String> files(String content) {
        Map<String, String> files = new TreeMap<>();
        for (int i = 0; i < FILES; i++) {
            files.put(i + ".txt", content);
        }
        return files;
    }

    /** Returns the content of all files of the live release, which is one. */
    private String live() throws IOException {
        Path live = directory.resolve("workspaces/harbour/plugins/greeter").toRealPath();
        Set<String> contents = new TreeSet<>();
        for (int i = 0; i < FILES; i++) {
            contents.add(Files.readString(live.resolve(i + ".txt")));
        }
        return String.join(" and ", contents);
    }

    /** Starts the program as people do, on the same records and directories. */
    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--port=0",
                        "--jdbc=" + server.url(),
                        "--jdbc-user=postgres",
                        "--state=" + directory.resolve("state"),
                        "--workspaces=" + directory.resolve("workspaces"),
                        "--allow-file=" + directory.resolve("sources"),
                        "--largest-plugin=" + LARGEST)
                .redirectError(directory.resolve("host.log").toFile())
                .start();
    }

    /** Asks for the apply, and tells the process to end once files arrive at the target. */
    private void applyAndEndInTheMiddle(Process host, JsonNode update) throws Exception {
        BufferedReader said = host.inputReader();
        String line = String.valueOf(said.readLine());
        assertThat(line).as(Files.readString(directory.resolve("host.log"))).startsWith("Holdfast host: ");
        URI page = URI.create(line.substring("Holdfast host: ".length()));
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest watch = HttpRequest.newBuilder(page.resolve("admin/events")).build();
        try (EventReader events =
                new EventReader(client.send(watch, BodyHandlers.ofInputStream()).body()).ready()) {
            HttpRequest apply = HttpRequest.newBuilder(
                            page.resolve(apply(update).substring(1)))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(reviewed(update)))
                    .build();
            // Whether there is an answer to it depends on what the process still does.
            CompletableFuture<HttpResponse<String>> unused = client.sendAsync(apply, BodyHandlers.ofString());
            boolean delivering = false;
            while (!delivering) {
                delivering =
                        DELIVERING.matcher(events.until("progress").toString()).find();
            }
            host.destroy();
        }
    }

    private static String apply(JsonNode update) {
        return "/admin/plugin-updates/" + update.get("id").asText() + "/apply";
    }

    private static String reviewed(JsonNode update) {
        return "{\"revision\":\"" + update.get("to").asText() + "\"}";
    }

    /** Returns what became of the update, once no operation is open on it. */
    private static String settled(PlatformFixture platform) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String state = platform.update("harbour").get("status").asText();
        while (state.equals("applying") && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            state = platform.update("harbour").get("status").asText();
        }
        return state;
    }
}
