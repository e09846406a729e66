package dev.holdfast.examples.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Chromium without a window, driven over the W3C WebDriver protocol. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String session;

    private Browser(Process driver, int port) {
        this.driver = driver;
        String root = "http://127.0.0.1:" + port;
        ObjectNode wanted = MAPPER.createObjectNode();
        wanted.putObject("capabilities")
                .putObject("alwaysMatch")
                .put("browserName", "chrome")
                .putObject("goog:chromeOptions")
                .set(
                        "args",
                        MAPPER.valueToTree(List.of(
                                "--headless=new",
                                // The tests run as root in containers, where Chromium's own sandbox does not.
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--hide-scrollbars",
                                "--window-size=1280,860")));
        JsonNode answer = call("POST", root + "/session", wanted);
        this.session = root + "/session/" + answer.get("sessionId").asText();
    }

    static Browser start() throws IOException {
        Process driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        try {
            return new Browser(driver, port(driver.inputReader()));
        } catch (IOException | RuntimeException | AssertionError e) {
            driver.destroyForcibly();
            throw e;
        }
    }

    private static int port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
        }
        throw new AssertionError("chromedriver does not start");
    }

    private JsonNode call(String method, String url, JsonNode body) {
        try {
            String answer = client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(PATIENCE.multipliedBy(3))
                                    .method(
                                            method,
                                            method.equals("POST")
                                                    ? BodyPublishers.ofString(body.toString())
                                                    : BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            JsonNode value = MAPPER.readTree(answer).path("value");
            if (value.has("error")) {
                throw new AssertionError(value.get("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonNode post(String path, Map<String, ?> body) {
        return call("POST", session + path, MAPPER.valueToTree(body));
    }

    void open(String url) {
        post("/url", Map.of("url", url));
    }

    /** Runs a script of the page and returns what it returns. */
    JsonNode run(String script) {
        return post("/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** Returns the text of the whole page, as it is seen. */
    String text() {
        return run("return document.body.innerText").asText();
    }

    /** Waits until the page shows that. */
    void sees(String text) {
        await("the page shows '" + text + "'", () -> text().contains(text));
    }

    void await(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what + "; it shows\n" + text());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
        }
    }

    /** Clicks the link or button of that name, when it is there. */
    void click(String name) {
        String find = "return [...document.querySelectorAll('a, button')].filter(e => e.offsetParent"
                + " && !(document.querySelector('dialog') && !e.closest('dialog'))"
                + " && (e.innerText.trim().replace(/\\s+/g, ' ') === " + quoted(name) + " || e.ariaLabel === "
                + quoted(name) + "))[0]";
        await("there is '" + name + "'", () -> clicked(run(find)));
    }

    /**
     * Returns whether it was there, and still was when it was clicked: the page shows itself anew when something
     * happens.
     */
    private boolean clicked(JsonNode found) {
        try {
            if (!found.isNull()) {
                post("/element/" + found.get(ELEMENT).asText() + "/click", Map.of());
            }
            return !found.isNull();
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("stale element")) {
                return false;
            }
            throw e;
        }
    }

    /** Presses one key after the other, as at a keyboard. */
    void press(String... keys) {
        for (String key : keys) {
            post(
                    "/actions",
                    Map.of(
                            "actions",
                            List.of(Map.of(
                                    "type",
                                    "key",
                                    "id",
                                    "keyboard",
                                    "actions",
                                    List.of(
                                            Map.of("type", "keyDown", "value", key),
                                            Map.of("type", "keyUp", "value", key))))));
        }
    }

    /** Presses the tabulator until what has the focus has that name. */
    void tabTo(String name) {
        for (int i = 0; i < 60; i++) {
            if (focused().equals(name)) {
                return;
            }
            press("\uE004");
        }
        throw new AssertionError("the tabulator does not lead to '" + name + "', but ends at '" + focused() + "'");
    }

    /** Returns the name of what has the focus. */
    String focused() {
        return run("const e = document.activeElement; return (e.ariaLabel || e.innerText || e.labels?.[0]?.innerText || '').trim()")
                .asText();
    }

    void dark(boolean dark) {
        post(
                "/goog/cdp/execute",
                Map.of(
                        "cmd",
                        "Emulation.setEmulatedMedia",
                        "params",
                        Map.of(
                                "features",
                                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")))));
    }

    void size(int width, int height) {
        post("/window/rect", Map.of("width", width, "height", height));
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("GET", session + "/screenshot", MAPPER.createObjectNode())
                                .asText()));
    }

    private static String quoted(String text) {
        return MAPPER.valueToTree(text).toString();
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, MAPPER.createObjectNode());
        } finally {
            driver.destroy();
        }
    }
}
