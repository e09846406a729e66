package dev.holdfast.admin;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What happens, as it happens (server-sent events). */
final class EventRoutes {

    private final AdminEvents events;

    EventRoutes(Services services) {
        this.events = services.events();
    }

    void routes(Routes routes) {
        routes.get("/admin/events", this::stream);
    }

    private void stream(Exchange ctx) throws IOException {
        HttpServletRequest request = ctx.request();
        if (!events.hasRoom()) {
            throw new ProblemException(
                    Problem.of(503, "service unavailable", "too many pages are open already; try again later"));
        }
        if (!request.isAsyncSupported()) {
            throw new ProblemException(Problem.of(
                    500,
                    "events are not available",
                    "the host must register the servlet, and every filter before it, with asyncSupported=true"));
        }
        HttpServletResponse response = ctx.stream();
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        // Without it nginx keeps events back.
        response.setHeader("X-Accel-Buffering", "no");
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        events.watch(context);
    }
}
