package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/**
 * REST, events, a webhook and a page for operators over one {@link Holdfast}, as a servlet (Jakarta Servlet 6.0 and
 * newer). A host registers it under {@code /*} or {@code /any/path/*}, with {@code asyncSupported}. All links are
 * relative, so a context path or a proxy's prefix needs no setting.
 *
 * <p>Who may do what is the host's word, see {@link AdminAccess}; without one only callers on this machine are let in.
 * Requests that a browser sends for pages of other sites are refused, and bodies of more than 64 KiB. What fails is
 * answered with {@code application/problem+json} (RFC 9457). {@code openapi.json} below the servlet's path describes
 * every route.
 *
 * <p>Safe for use by several threads. It starts nothing of Holdfast and closes nothing of it.
 */
public final class AdminServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Routes routes;
    private final transient AdminAccess access;
    private final transient AdminEvents events;
    private final transient HookRoutes hooks;

    AdminServlet(Services services, HookRoutes hooks) {
        this.access = services.access();
        this.events = services.events();
        this.hooks = hooks;
        this.routes = new Routes();
        PageFiles.routes(routes);
        new UpdateRoutes(services).routes(routes);
        new BulkRoutes(services).routes(routes);
        new QueueRoutes(services).routes(routes);
        new RolloutRoutes(services).routes(routes);
        new QuarantineRoutes(services).routes(routes);
        new CareRoutes(services).routes(routes);
        new HoldRoutes(services).routes(routes);
        new InspectionRoutes(services).routes(routes);
        new PinRoutes(services).routes(routes);
        new InstallRoutes(services).routes(routes);
        new WorkspaceRoutes(services).routes(routes);
        new UpstreamRoutes(services).routes(routes);
        new EngineRoutes(services).routes(routes);
        new WebhookRoutes(services).routes(routes);
        new AuditRoutes(services).routes(routes);
        new EventRoutes(services).routes(routes);
        new SystemRoutes(services).routes(routes);
        hooks.routes(routes);
    }

    /**
     * Begins to build a servlet.
     *
     * @param holdfast what it shows and asks to act; the host starts and closes it
     * @param events a listener of {@code holdfast}; closed when the container ends the servlet
     */
    public static AdminServletBuilder builder(Holdfast holdfast, AdminEvents events) {
        return new AdminServletBuilder(holdfast, events);
    }

    /** Returns the routes, for whoever compares them with their description. */
    List<String> routes() {
        return routes.list();
    }

    /** Answers a request; the host's container calls it. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo();
        if (path == null) {
            // Relative, and not by sendRedirect: a container may make that absolute, with a name that is wrong behind a
            // proxy.
            String uri = request.getRequestURI();
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", uri.substring(uri.lastIndexOf('/') + 1) + "/");
            return;
        }
        Exchange ctx = new Exchange(request, response, path);
        try {
            Gate.headers(ctx);
            Gate.check(ctx);
            routes.handle(ctx, access);
        } catch (RuntimeException e) {
            if (!ctx.takesBack()) {
                // The container ends the connection, so that nobody takes a part for the whole.
                throw new IOException("the answer to " + path + " broke off", e);
            }
            Gate.headers(ctx);
            Problems.answer(e, ctx);
        }
        ctx.send();
    }

    /** Ends the open streams of events. */
    @Override
    public void destroy() {
        events.close();
        hooks.close();
    }
}
