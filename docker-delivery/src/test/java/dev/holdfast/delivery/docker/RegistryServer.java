package dev.holdfast.delivery.docker;

import dev.holdfast.spi.image.ImageDigest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real registry, of the distribution project, on a port of its own; with or without a password. */
public final class RegistryServer implements AutoCloseable {

    /** The one who may use a registry that asks who asks. */
    public static final RegistryCredentials TESTER = RegistryCredentials.basic("tester", "open sesame");

    private static final String OCI = "application/vnd.oci.image.";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final int port;
    private final boolean secured;
    private Process process;

    private RegistryServer(boolean secured) throws IOException {
        this.secured = secured;
        this.directory = Files.createTempDirectory("holdfast-registry-");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        String access = "";
        if (secured) {
            Path passwords = directory.resolve("passwords");
            run("htpasswd", "-Bbc", passwords.toString(), TESTER.user(), TESTER.password());
            access = "auth: {htpasswd: {realm: test, path: " + passwords + "}}\n";
        }
        Files.writeString(
                directory.resolve("config.yml"),
                "version: 0.1\nlog: {level: error}\nhttp: {addr: '127.0.0.1:" + port + "'}\n"
                        + "storage: {filesystem: {rootdirectory: " + directory.resolve("data") + "}}\n" + access);
        this.process = launch();
    }

    /** Starts one that serves everybody. */
    public static RegistryServer open() {
        return start(false);
    }

    /** Starts one that serves {@link #TESTER} alone, by basic authentication. */
    public static RegistryServer secured() {
        return start(true);
    }

    private static RegistryServer start(boolean secured) {
        try {
            return new RegistryServer(secured);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(
                        "docker-registry",
                        "serve",
                        directory.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        long end = System.nanoTime() + PATIENCE;
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                started.destroyForcibly();
                throw new IOException("docker-registry: " + Files.readString(directory.resolve("log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return started;
    }

    private boolean answers() {
        try {
            int status = send(HttpRequest.newBuilder(uri("/v2/"))).statusCode();
            return status == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command[0] + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Stops it and keeps what it has. */
    public void stop() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again, on the same port. */
    public void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns host and port, as references name it. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Pushes an image of nothing but a configuration that holds {@code content}; returns its manifest's digest. */
    ImageDigest push(String repository, String tag, String content) {
        byte[] config = ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"author\":\"" + content + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        ImageDigest digest = blob(repository, config);
        return manifest(
                repository,
                tag,
                OCI + "manifest.v1+json",
                "{\"schemaVersion\":2,\"mediaType\":\"" + OCI + "manifest.v1+json\",\"config\":{\"mediaType\":\"" + OCI
                        + "config.v1+json\",\"digest\":\"" + digest + "\",\"size\":" + config.length
                        + "},\"layers\":[]}");
    }

    /** Pushes an index of one image for each platform, and one entry that is for none; returns the index' digest. */
    ImageDigest pushIndex(String repository, String tag, Map<String, String> contents) {
        String entries = contents.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> {
                    String[] platform = entry.getKey().split("/", -1);
                    ImageDigest manifest = push(repository, "part-" + platform[1], entry.getValue());
                    return "{\"mediaType\":\"" + OCI + "manifest.v1+json\",\"digest\":\"" + manifest
                            + "\",\"size\":1,\"platform\":{\"os\":\"" + platform[0] + "\",\"architecture\":\""
                            + platform[1] + "\"}}";
                })
                .collect(Collectors.joining(","));
        return manifest(
                repository,
                tag,
                OCI + "index.v1+json",
                "{\"schemaVersion\":2,\"mediaType\":\"" + OCI + "index.v1+json\",\"manifests\":[" + entries + "]}");
    }

    /** Pushes a blob. */
    ImageDigest blob(String repository, byte[] content) {
        ImageDigest digest = ImageDigest.ofContent(content);
        String location = send(HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        URI upload = uri("/").resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
        expect(201, send(HttpRequest.newBuilder(upload).PUT(HttpRequest.BodyPublishers.ofByteArray(content))));
        return digest;
    }

    /** Pushes a manifest, or an index, under a tag or under its digest. */
    ImageDigest manifest(String repository, String tag, String type, String json) {
        expect(
                201,
                send(HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
                        .header("Content-Type", type)
                        .PUT(HttpRequest.BodyPublishers.ofString(json))));
        return ImageDigest.ofContent(json.getBytes(StandardCharsets.UTF_8));
    }

    private URI uri(String path) {
        return URI.create("http://" + host() + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        if (secured) {
            request.header("Authorization", TESTER.header());
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        }
    }

    /** Stops it and forgets what it has. */
    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
