package dev.holdfast.contracts.git;

import dev.holdfast.spi.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A real git server over HTTP on a loopback port: {@code git http-backend} behind nginx and fcgiwrap, as many hosts run
 * it. Needs {@link dev.holdfast.contracts.needs.Facility#GIT_HTTP}. {@link #close} ends every process it started.
 */
public final class GitHttpServer implements AutoCloseable {

    private static final int ATTEMPTS = 400;

    private final Path directory;
    private final int port;
    private final List<Process> processes;
    private final Optional<TlsIdentity> tls;
    private final HttpClient client;
    private int sentinels;

    private GitHttpServer(Path directory, int port, List<Process> processes, Optional<TlsIdentity> tls) {
        this.directory = directory;
        this.port = port;
        this.processes = processes;
        this.tls = tls;
        HttpClient.Builder builder = HttpClient.newBuilder();
        tls.map(TlsIdentity::trusting).ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /** Starts a server that lets everybody read. */
    public static GitHttpServer start(Path directory) {
        return start(directory, null, false, "");
    }

    /**
     * Starts a server that lets everybody read and never learns that a client speaks protocol v2, as behind a proxy
     * that does not hand on the {@code Git-Protocol} header.
     */
    public static GitHttpServer startWithoutProtocolV2(Path directory) {
        return start(directory, null, false, "fastcgi_param HTTP_GIT_PROTOCOL '';");
    }

    /** Starts a server that lets everybody read, over TLS, with a certificate that only {@link #sslContext} trusts. */
    public static GitHttpServer startWithTls(Path directory) {
        return start(directory, null, true, "");
    }

    /** Starts a server that wants HTTP basic authentication. */
    public static GitHttpServer startWithPassword(Path directory, String user, String password) {
        return start(directory, user + ":{PLAIN}" + password + "\n", false, "");
    }

    private static GitHttpServer start(Path directory, @Nullable String passwords, boolean overTls, String parameters) {
        try {
            Files.createDirectories(directory.resolve("repositories"));
            Files.createDirectories(directory.resolve("tmp"));
            int port = ServerProcesses.freePort();
            if (passwords != null) {
                Files.writeString(directory.resolve("passwords"), passwords);
            }
            Optional<TlsIdentity> tls = overTls ? Optional.of(TlsIdentity.make(directory)) : Optional.empty();
            String listen = port + (overTls ? " ssl; " + TlsIdentity.nginx(directory) : ";");
            Files.writeString(
                    directory.resolve("nginx.conf"), configuration(directory, listen, passwords != null, parameters));
            Process cgi = process(directory, "fcgiwrap", "-c", "8", "-s", "unix:" + directory.resolve("cgi.sock"))
                    .start();
            Process nginx = process(
                            directory,
                            "nginx",
                            "-p",
                            directory + "/",
                            "-c",
                            directory.resolve("nginx.conf").toString())
                    .start();
            GitHttpServer server = new GitHttpServer(directory, port, List.of(nginx, cgi), tls);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address below which the repositories are. */
    public URI base() {
        return URI.create((tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port);
    }

    /**
     * Returns what trusts this server's certificate.
     *
     * @throws IllegalStateException if it was started without TLS
     */
    public SSLContext sslContext() {
        return tls.map(TlsIdentity::trusting)
                .orElseThrow(() -> new IllegalStateException("this server was started without TLS"));
    }

    /** Returns {@code 127.0.0.1:} and the port. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Creates an empty repository {@code owner/name}, reached as {@code git+http} source. */
    public GitRepository repository(String path) {
        return GitRepository.create(
                directory.resolve("repositories").resolve(path + ".git"),
                Source.parse("git+" + base() + "/" + path + ".git"));
    }

    /**
     * Returns all requests that were answered so far, such as {@code GET /acme/greeter.git/info/refs?service=... 200}.
     */
    public List<String> requests() {
        try {
            // One worker writes the log in order, so what came before a request of ours is in the log when that is.
            String sentinel = "/-/sentinel/" + ++sentinels;
            get(sentinel);
            Path log = directory.resolve("access.log");
            List<String> lines = Files.readAllLines(log);
            for (int i = 0; i < ATTEMPTS && lines.stream().noneMatch(l -> l.contains(sentinel)); i++) {
                get("/-/again");
                lines = Files.readAllLines(log);
            }
            return lines.stream().filter(line -> !line.contains(" /-/")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns how many connections the requests so far came by. */
    public int connections() {
        requests();
        try {
            return (int) Files.readAllLines(directory.resolve("connections.log")).stream()
                    .filter(line -> !line.contains(" /-/"))
                    .map(line -> line.replaceFirst(" .*", ""))
                    .distinct()
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets the requests so far. */
    public void forgetRequests() {
        requests();
        try {
            Files.write(directory.resolve("connections.log"), new byte[0]);
            Files.write(directory.resolve("access.log"), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(ServerProcesses::end);
    }

    private void awaitReady() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (processes.stream().anyMatch(process -> !process.isAlive())) {
                break;
            }
            if (Files.exists(directory.resolve("cgi.sock")) && get("/-/ready") > 0) {
                return;
            }
            awaitExit(processes.get(0));
        }
        String output = Files.readString(directory.resolve("output.log"));
        close();
        throw new AssertionError("the git server does not start: " + output);
    }

    /** A short while in which an early end is noticed at once. */
    private static void awaitExit(Process process) {
        try {
            if (process.waitFor(25, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base() + path))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static ProcessBuilder process(Path directory, String... command) {
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()));
        Map<String, String> environment = process.environment();
        environment.merge("PATH", "/usr/sbin:/usr/local/sbin", (path, more) -> path + ":" + more);
        environment.put("HOME", directory.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        return process;
    }

    private static String configuration(Path directory, String listen, boolean passwords, String parameters)
            throws IOException {
        Process exec = new ProcessBuilder("git", "--exec-path").start();
        String backend =
                new String(exec.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip() + "/git-http-backend";
        String user = Files.isWritable(Path.of("/")) ? "user root;" : "";
        String auth = passwords ? "auth_basic git; auth_basic_user_file " + directory + "/passwords;" : "";
        return """
                daemon off; master_process on; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/error.log; %2$s
                events { worker_connections 512; }
                http {
                  client_body_temp_path %1$s/tmp/a; proxy_temp_path %1$s/tmp/b; fastcgi_temp_path %1$s/tmp/c;
                  uwsgi_temp_path %1$s/tmp/d; scgi_temp_path %1$s/tmp/e; client_max_body_size 0;
                  log_format line '$request_method $request_uri $status';
                  log_format connection '$connection $request_uri';
                  access_log %1$s/connections.log connection; access_log %1$s/access.log line;
                  server {
                    listen 127.0.0.1:%3$s
                    location /-/ { return 204; }
                    location / {
                      %4$s
                      fastcgi_param SCRIPT_FILENAME %5$s;
                      fastcgi_param GIT_PROJECT_ROOT %1$s/repositories;
                      fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                      fastcgi_param PATH_INFO $uri;
                      fastcgi_param QUERY_STRING $query_string;
                      fastcgi_param REQUEST_METHOD $request_method;
                      fastcgi_param CONTENT_TYPE $content_type;
                      fastcgi_param CONTENT_LENGTH $content_length;
                      fastcgi_param REMOTE_USER $remote_user;
                      fastcgi_param GATEWAY_INTERFACE CGI/1.1;
                      %6$s
                      fastcgi_pass unix:%1$s/cgi.sock;
                    }
                  }
                }
                """.formatted(directory, user, listen, auth, backend, parameters);
    }
}
