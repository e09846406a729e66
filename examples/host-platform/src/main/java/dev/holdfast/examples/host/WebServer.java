package dev.holdfast.examples.host;

import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The web in front of the platform: its own routes at the root, Holdfast's below {@code /holdfast/}. */
final class WebServer implements AutoCloseable {

    private static final String MOUNT = "/holdfast/";
    private static final int THREADS = 32;
    private static final int FEWEST_THREADS = 8;

    private final Server server;
    private final ServerConnector connector;
    private final String host;
    private final AdminEvents events;

    /**
     * Where the server is reached.
     *
     * @param bind the address it listens on
     * @param port 0 for any
     * @param names what browsers call it, beside the names of loopback
     */
    record Address(String bind, int port, List<String> names) {}

    private WebServer(Address address, AdminServlet admin, PlatformServlet own, AdminEvents events) {
        this.events = events;
        this.host = address.bind().contains(":") ? "[" + address.bind() + "]" : address.bind();
        this.server = new Server(new QueuedThreadPool(THREADS, FEWEST_THREADS));
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(16 * 1024);
        this.connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address.bind());
        connector.setPort(address.port());
        server.addConnector(connector);
        server.setErrorHandler(new ServerProblems());
        server.setHandler(context(address, admin, own));
    }

    static WebServer start(Address address, AdminServlet admin, PlatformServlet own, AdminEvents events) {
        WebServer web = new WebServer(address, admin, own, events);
        web.listen(address);
        return web;
    }

    private ServletContextHandler context(Address address, AdminServlet admin, PlatformServlet own) {
        ServletContextHandler context = new ServletContextHandler("/");
        context.setErrorHandler(new ServerProblems());
        FilterHolder names = new FilterHolder(new HostNames(host, address.names()));
        names.setAsyncSupported(true);
        context.addFilter(names, "/*", EnumSet.of(DispatcherType.REQUEST));
        ServletHolder mounted = new ServletHolder("holdfast", admin);
        mounted.setAsyncSupported(true);
        context.addServlet(mounted, MOUNT + "*");
        ServletHolder platform = new ServletHolder("platform", own);
        context.addServlet(platform, "/workspaces/*");
        context.addServlet(platform, "/metrics");
        context.addServlet(new ServletHolder("root", new ToPage()), "");
        return context;
    }

    /** Leads from the root to the page. */
    private static final class ToPage extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", MOUNT.substring(1));
        }
    }

    private void listen(Address address) {
        try {
            server.start();
        } catch (Exception e) {
            stop();
            throw new PermanentException(
                    Reason.INVALID_VALUE,
                    "cannot listen on " + address.bind() + ", port " + address.port() + " (" + root(e).getMessage()
                            + "); give another --port, or an address of this machine as --bind",
                    e);
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Returns where browsers find the page. */
    String url() {
        return "http://" + host + ":" + connector.getLocalPort() + MOUNT;
    }

    private void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the web server does not stop", e);
        }
    }

    @Override
    public void close() {
        // A server waits for answers under way, and a stream of events has no end of its own.
        events.close();
        stop();
    }
}
