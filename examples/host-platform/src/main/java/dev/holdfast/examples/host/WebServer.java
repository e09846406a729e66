package dev.holdfast.examples.host;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import java.util.List;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The web in front of the platform: which rules hold, which routes there are. */
final class WebServer implements AutoCloseable {

    /** The most bytes that a request's body has. */
    static final long LARGEST_BODY = 64L * 1024;

    private static final int THREADS = 96;
    private static final int FEWEST_THREADS = 8;

    private final Javalin javalin;
    private final String host;
    private final EventHub events;
    private final HookRoutes hooks;

    /**
     * Where the server is reached.
     *
     * @param bind the address it listens on
     * @param port 0 for any
     * @param names what browsers call it, beside the names of loopback
     */
    record Address(String bind, int port, List<String> names) {}

    private WebServer(Address address, Secrets secrets, Services services) {
        this.events = services.events();
        this.hooks = new HookRoutes(services, secrets.hook());
        this.host = address.bind().contains(":") ? "[" + address.bind() + "]" : address.bind();
        this.javalin = Javalin.create(config -> {
            settings(config);
            Gate.forHosts(host, address.names()).routes(config.routes);
            new Access(secrets.tokens()).routes(config.routes);
            Problems.routes(config.routes);
            routes(config.routes, services);
        });
        listen(address);
    }

    private void listen(Address address) {
        // What fails here is told below, in words; a trace before them would only hide them.
        JavalinLogger.enabled = false;
        try {
            javalin.start(address.bind(), address.port());
        } catch (JavalinException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "cannot listen on " + address.bind() + ", port " + address.port() + " (" + root(e).getMessage()
                            + "); give another --port, or an address of this machine as --bind",
                    e);
        } finally {
            JavalinLogger.enabled = true;
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    static WebServer start(Address address, Secrets secrets, Services services) {
        return new WebServer(address, secrets, services);
    }

    private static void settings(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = LARGEST_BODY;
        config.jetty.threadPool = new QueuedThreadPool(THREADS, FEWEST_THREADS);
        config.jetty.modifyServer(server -> server.setErrorHandler(new ServerProblems()));
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(new ServerProblems()));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(16 * 1024);
        });
    }

    private void routes(RoutesConfig routes, Services services) {
        PageFiles.routes(routes);
        new UpdateRoutes(services).routes(routes);
        new InstallRoutes(services).routes(routes);
        new WorkspaceRoutes(services).routes(routes);
        new UpstreamRoutes(services).routes(routes);
        new EngineRoutes(services).routes(routes);
        new AuditRoutes(services).routes(routes);
        new EventRoutes(services).routes(routes);
        new SystemRoutes(services).routes(routes);
        hooks.routes(routes);
    }

    /** Returns the routes as {@code GET /healthz}, for whoever compares them with their description. */
    List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
                .sorted()
                .toList();
    }

    String url() {
        return "http://" + host + ":" + javalin.port() + "/";
    }

    @Override
    public void close() {
        // A server waits for answers under way, and a stream of events has no end of its own.
        events.close();
        javalin.stop();
        hooks.close();
    }
}
