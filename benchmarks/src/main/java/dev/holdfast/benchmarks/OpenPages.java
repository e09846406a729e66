package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.benchmarks.Rounds.Timing;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * What 50 open operators' pages cost the host's own requests, on Jetty: 10,000 installs in PostgreSQL, 400 updates that
 * wait, and 1,000 events a minute. The host's request reads what is installed in one workspace. Pages and requests come
 * from this process too.
 */
final class OpenPages {

    private static final int PAGES = 50;
    private static final int INSTALLS = 10_000;
    private static final int UPSTREAMS = 500;
    private static final int WAITING = 400;
    private static final int EVENTS_A_MINUTE = 1_000;
    private static final int REQUESTS_A_SECOND = 50;
    private static final double AIM = 2;
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofSeconds(4);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final int rounds;

    OpenPages(int rounds) {
        this.rounds = rounds;
    }

    /** Times of the host's requests, in milliseconds. */
    private record Times(List<Double> sorted) {

        double at(double part) {
            return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * sorted.size())));
        }

        Timing timing() {
            return new Timing(at(0.5), at(0), at(1), sorted.size());
        }

        String row(String name) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %d |%n",
                    name,
                    at(0.5),
                    at(0.95),
                    at(0.99),
                    sorted.size());
        }
    }

    void measure(Report report) throws Exception {
        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
                JdbcTrackingStore store = JdbcTrackingStore.pooled(server.url(), "postgres", "")) {
            store.migrate();
            StoreLoad load = new StoreLoad(server.dataSource());
            load.run(UPSTREAMS, INSTALLS);
            load.queue(WAITING);
            AdminEvents events = AdminEvents.create();
            try (Holdfast holdfast = Holdfast.builder()
                    .resolver(ScriptedResolver.forScheme("scripted"))
                    .target(DirectoryTarget.create())
                    .store(store)
                    .build()) {
                Server web = web(holdfast, events);
                try {
                    measure(report, web.getURI().resolve("/"), holdfast, events);
                } finally {
                    events.close();
                    web.stop();
                }
            }
        }
    }

    private void measure(Report report, URI base, Holdfast holdfast, AdminEvents events) throws Exception {
        List<Double> quiet = new ArrayList<>();
        List<Double> loaded = new ArrayList<>();
        AtomicLong heard = new AtomicLong();
        AtomicLong asked = new AtomicLong();
        List<Update> updates = holdfast.updates().pending().toList();
        requests(base, SETTLING);
        for (int round = 0; round < rounds; round++) {
            quiet.addAll(requests(base, MEASURED));
            try (Crowd crowd = new Crowd(base, heard, asked);
                    Ticker ticker = new Ticker(events, updates)) {
                ticker.start();
                requests(base, SETTLING);
                loaded.addAll(requests(base, MEASURED));
                crowd.check();
            }
            requests(base, SETTLING);
        }
        Collections.sort(quiet);
        Collections.sort(loaded);
        Times alone = new Times(quiet);
        Times beside = new Times(loaded);
        double seconds = rounds * MEASURED.plus(SETTLING).toMillis() / 1000.0;
        report.note("""
                %,d installs in an embedded PostgreSQL, %d updates that wait, Jetty, %d pages that hear %,d events a minute. The host's own
                request reads what is installed in one workspace, %d times a second. Quiet and loaded times are of turns in one process,
                which is also the pages' and the caller's.

                ## The host's own requests

                | | median ms | 95th percentile | 99th | requests |
                |---|---|---|---|---|
                %s%s""".formatted(
                        INSTALLS,
                        WAITING,
                        PAGES,
                        EVENTS_A_MINUTE,
                        REQUESTS_A_SECOND,
                        alone.row("quiet"),
                        beside.row("50 pages open")));
        Map<String, Timing> medians = new LinkedHashMap<>();
        medians.put("quiet", alone.timing());
        medians.put(PAGES + " pages open", beside.timing());
        report.timings("From the quickest to the slowest of them", new Timings(medians));
        report.ratioAtMost("pages-own-requests-median/quiet", beside.at(0.5) / alone.at(0.5), AIM);
        report.ratioAtMost("pages-own-requests-95th/quiet", beside.at(0.95) / alone.at(0.95), AIM);
        report.count("pages-events-heard-a-second", Math.round(heard.get() / seconds));
        report.count("pages-answers-a-second", Math.round(asked.get() / seconds));
    }

    private static Server web(Holdfast holdfast, AdminEvents events) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder admin =
                new ServletHolder(AdminServlet.builder(holdfast, events).build());
        admin.setAsyncSupported(true);
        context.addServlet(admin, "/ops/*");
        context.addServlet(new ServletHolder(new Own(holdfast)), "/own");
        server.setHandler(context);
        server.start();
        return server;
    }

    /** What the host is there for. */
    private static final class Own extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient Holdfast holdfast;

        Own(Holdfast holdfast) {
            this.holdfast = holdfast;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            WorkspaceId workspace = WorkspaceId.of("ws-" + request.getParameter("n"));
            try (var installs = holdfast.installs(workspace)) {
                response.getWriter()
                        .print(installs.map(install -> install.key() + " " + install.revision())
                                .toList());
            }
        }
    }

    /** Asks at a steady rate, whatever an answer takes, and returns what each took from when it was due. */
    private static List<Double> requests(URI base, Duration length) throws InterruptedException {
        List<Double> times = Collections.synchronizedList(new ArrayList<>());
        ScheduledExecutorService callers = Executors.newScheduledThreadPool(4);
        PageClient client = new PageClient(base);
        long period = TimeUnit.SECONDS.toNanos(1) / REQUESTS_A_SECOND;
        long first = System.nanoTime() + period;
        for (int i = 0; i < length.toSeconds() * REQUESTS_A_SECOND; i++) {
            long due = first + i * period;
            String path = "own?n=" + (i * 37 % INSTALLS + 1);
            var unused = callers.schedule(
                    () -> {
                        client.get(path);
                        times.add((System.nanoTime() - due) / 1e6);
                    },
                    due - System.nanoTime(),
                    TimeUnit.NANOSECONDS);
        }
        callers.shutdown();
        if (!callers.awaitTermination(length.plus(LIMIT).toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the host's own requests have no end");
        }
        return times;
    }

    /** The pages. */
    private static final class Crowd implements AutoCloseable {

        private final List<OpenPage> pages = new ArrayList<>();
        private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

        Crowd(URI base, AtomicLong heard, AtomicLong asked) {
            PageClient client = new PageClient(base.resolve("ops/"));
            for (int i = 0; i < PAGES; i++) {
                OpenPage page = new OpenPage(client, clock, heard, asked);
                pages.add(page);
                page.open();
            }
        }

        /** A page that lost its stream would cost nothing. */
        void check() {
            long open = pages.stream().filter(OpenPage::hears).count();
            if (open < PAGES) {
                throw new IllegalStateException("only " + open + " of " + PAGES + " pages hear events");
            }
        }

        @Override
        public void close() {
            pages.forEach(OpenPage::close);
            clock.shutdownNow();
        }
    }

    /** What happens. */
    private static final class Ticker implements AutoCloseable {

        private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        private final AdminEvents events;
        private final List<Update> updates;
        private int told;

        Ticker(AdminEvents events, List<Update> updates) {
            this.events = events;
            this.updates = updates;
        }

        void start() {
            var unused = clock.scheduleAtFixedRate(
                    () -> events.on(new HoldfastEvent.UpdateQueued(updates.get(told++ % updates.size()))),
                    0,
                    TimeUnit.MINUTES.toMicros(1) / EVENTS_A_MINUTE,
                    TimeUnit.MICROSECONDS);
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}
