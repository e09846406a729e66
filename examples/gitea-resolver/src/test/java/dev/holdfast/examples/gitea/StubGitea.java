package dev.holdfast.examples.gitea;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of Gitea's documented REST API that the resolver uses, over real git repositories: pages of at most 50, 404
 * for a path without commits and for refs that are not there, 409 for the log of an empty repository, archives by
 * {@code git archive}.
 */
final class StubGitea implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_PAGE = 50;

    /** Answers one request in the place of the API. */
    interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** What was asked. */
    record Asked(String path, String query, Optional<String> token) {}

    private final Path directory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, GitRepository> repositories = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private volatile Fault archives = exchange -> {};
    private volatile boolean archivesElsewhere;

    private StubGitea(Path directory, HttpServer server) {
        this.directory = directory;
        this.server = server;
    }

    static StubGitea start(Path directory) {
        try {
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            StubGitea stub = new StubGitea(directory, HttpServer.create(anyPort, 0));
            stub.server.setExecutor(stub.threads);
            stub.server.createContext("/", stub::handle);
            stub.server.start();
            return stub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns an empty repository of its own. */
    GitRepository repository(String path) {
        Source source = Source.parse("gitea+api://" + host() + "/" + path);
        GitRepository created = GitRepository.create(directory.resolve(path + ".git"), source);
        repositories.put(path, created);
        return created;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    URI base() {
        return URI.create("http://" + host());
    }

    List<Asked> asked() {
        return asked;
    }

    void failNext(Fault fault) {
        faults.add(fault);
    }

    /** Answers requests for archives like this from now on. */
    void archives(Fault instead) {
        archives = instead;
        archivesElsewhere = true;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            asked.add(new Asked(
                    uri.getRawPath(),
                    Optional.ofNullable(uri.getRawQuery()).orElse(""),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
            Fault fault = faults.poll();
            if (fault != null) {
                fault.answer(exchange);
            } else if (archivesElsewhere && uri.getPath().contains("/archive/")) {
                archives.answer(exchange);
            } else {
                answer(exchange, uri);
            }
        }
    }

    private void answer(HttpExchange exchange, URI uri) throws IOException {
        Queue<String> segments =
                new ArrayDeque<>(List.of(uri.getPath().substring(1).split("/")));
        if (!Stream.of("api", "v1", "repos").allMatch(word -> word.equals(segments.poll()))) {
            json(exchange, 404, Map.of("message", "Not Found"));
            return;
        }
        GitRepository repository = repositories.get(segments.poll() + "/" + segments.poll());
        if (repository == null) {
            json(exchange, 404, Map.of("message", "The target couldn't be found."));
            return;
        }
        String rest = String.join("/", segments);
        Map<String, String> query = query(uri);
        if (rest.isEmpty()) {
            json(exchange, 200, Map.of("default_branch", "main", "empty", isEmpty(repository)));
        } else if (rest.startsWith("git/refs")) {
            listed(exchange, refs(repository, rest.substring("git/".length())));
        } else if (rest.equals("tags")) {
            json(exchange, 200, paged(tags(repository), query));
        } else if (rest.startsWith("git/commits/")) {
            commit(exchange, repository, rest.substring("git/commits/".length()));
        } else if (rest.equals("commits")) {
            log(exchange, repository, query);
        } else if (rest.startsWith("archive/") && rest.endsWith(".tar.gz")) {
            archive(exchange, repository, rest.substring("archive/".length(), rest.length() - ".tar.gz".length()));
        } else {
            json(exchange, 404, Map.of("message", "Not Found"));
        }
    }

    private static boolean isEmpty(GitRepository repository) {
        return repository.git("for-each-ref").isEmpty();
    }

    private static List<Map<String, Object>> refs(GitRepository repository, String prefix) {
        return repository
                .git("for-each-ref", "--format=%(refname) %(objectname) %(objecttype)")
                .lines()
                .map(line -> line.split(" "))
                .filter(ref -> ref[0].startsWith(prefix))
                .map(ref -> Map.<String, Object>of("ref", ref[0], "object", Map.of("sha", ref[1], "type", ref[2])))
                .toList();
    }

    private static List<Map<String, Object>> tags(GitRepository repository) {
        return repository
                .git("for-each-ref", "refs/tags", "--format=%(refname:short) %(objectname) %(*objectname)")
                .lines()
                .map(line -> line.split(" "))
                .map(tag -> Map.<String, Object>of(
                        "name", tag[0], "id", tag[1], "commit", Map.of("sha", tag.length > 2 ? tag[2] : tag[1])))
                .toList();
    }

    private static void commit(HttpExchange exchange, GitRepository repository, String id) throws IOException {
        if (commits(repository, "-1", id).isEmpty()) {
            json(exchange, 404, Map.of("message", "object does not exist [id: " + id + "]"));
        } else {
            json(exchange, 200, commits(repository, "-1", id).get(0));
        }
    }

    private static void log(HttpExchange exchange, GitRepository repository, Map<String, String> query)
            throws IOException {
        if (isEmpty(repository)) {
            json(exchange, 409, Map.of("message", "Git Repository is empty."));
            return;
        }
        String[] base = {query.getOrDefault("sha", "HEAD"), query.containsKey("not") ? "^" + query.get("not") : "--"};
        String[] arguments = Stream.concat(
                        Stream.of(base),
                        query.containsKey("path") ? Stream.of("--", query.get("path")) : Stream.empty())
                .distinct()
                .toArray(String[]::new);
        List<Map<String, Object>> all = commits(repository, arguments);
        if (all.isEmpty() && query.containsKey("path")) {
            json(exchange, 404, Map.of("message", "FileCommitsCount"));
        } else {
            json(exchange, 200, paged(all, query));
        }
    }

    private static List<Map<String, Object>> commits(GitRepository repository, String... arguments) {
        String[] command = Stream.concat(Stream.of("log", "--format=%H%x09%an%x09%aI%x09%s"), Arrays.stream(arguments))
                .toArray(String[]::new);
        try {
            return repository
                    .git(command)
                    .lines()
                    .map(line -> line.split("\t", 4))
                    .map(part -> Map.<String, Object>of(
                            "sha",
                            part[0],
                            "commit",
                            Map.of("author", Map.of("name", part[1], "date", part[2]), "message", part[3])))
                    .toList();
        } catch (AssertionError unknown) {
            return List.of();
        }
    }

    private static void archive(HttpExchange exchange, GitRepository repository, String id) throws IOException {
        Path file = Files.createTempFile(repository.directory().getParent(), "archive-", ".tar.gz");
        repository.git("archive", "--format=tar.gz", "--prefix=repository/", "-o", file.toString(), id);
        send(exchange, 200, "application/octet-stream", Files.readAllBytes(file));
    }

    private static List<Map<String, Object>> paged(List<Map<String, Object>> all, Map<String, String> query) {
        int limit = Math.min(LARGEST_PAGE, Integer.parseInt(query.getOrDefault("limit", "30")));
        long page = Long.parseLong(query.getOrDefault("page", "1"));
        return all.stream().skip((page - 1) * limit).limit(limit).toList();
    }

    private static void listed(HttpExchange exchange, List<Map<String, Object>> found) throws IOException {
        json(exchange, found.isEmpty() ? 404 : 200, found.size() == 1 ? found.get(0) : found);
    }

    private static Map<String, String> query(URI uri) {
        String text = Optional.ofNullable(uri.getRawQuery()).orElse("");
        return Stream.of(text.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    static void json(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }
}
