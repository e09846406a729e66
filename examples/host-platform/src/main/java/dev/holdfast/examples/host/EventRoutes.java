package dev.holdfast.examples.host;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens, as it happens (server-sent events). The stream holds one thread for each watcher; the hub bounds them. */
final class EventRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final EventHub events;

    EventRoutes(Services services) {
        this.events = services.events();
    }

    void routes(RoutesConfig routes) {
        routes.get("/admin/events", this::stream);
    }

    private void stream(Context ctx) throws InterruptedException {
        EventQueue queue = events.watch()
                .orElseThrow(() -> new ProblemException(
                        Problem.of(503, "service unavailable", "too many watch already; try again later")));
        try (queue) {
            ctx.res().setContentType("text/event-stream");
            OutputStream out = ctx.res().getOutputStream();
            write(out, ": welcome\nretry: 2000\n\n");
            while (queue.isOpen()) {
                Optional<EventView> event = queue.next(SILENCE);
                // Whoever has gone is noticed by writing only.
                write(out, event.map(EventRoutes::text).orElse(": still here\n\n"));
            }
        } catch (IOException e) {
            LOG.debug("a watcher has gone", e);
        }
    }

    /** JSON has no line ends of its own, so one line holds all of it. */
    private static String text(EventView event) {
        return "event: " + event.name() + "\ndata: " + new String(Json.bytes(event.data()), StandardCharsets.UTF_8)
                + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
