package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who decided what, when, and how it ended: by workspace, plugin, person and action, to read or to keep elsewhere. */
final class AuditRoutes {

    /** So many entries are looked through for one answer; the next part goes on behind them. */
    private static final int MOST_LOOKED_AT = 5000;

    private static final long MOST_EXPORTED = 100_000;

    private final Holdfast holdfast;

    AuditRoutes(Services services) {
        this.holdfast = services.holdfast();
    }

    void routes(Routes routes) {
        routes.get("/admin/audit", this::list).get("/admin/audit-export", this::export);
    }

    private Page<AuditEntry> part(Optional<WorkspaceId> workspace, Page.Request page) {
        return workspace.map(id -> holdfast.audit(id, page)).orElseGet(() -> holdfast.audit(page));
    }

    private void list(Exchange ctx) {
        Optional<WorkspaceId> workspace = Requests.workspaceQuery(ctx);
        Predicate<AuditEntry> wanted = wanted(ctx);
        Page.Request request = Requests.page(ctx);
        List<AuditEntry> found = new ArrayList<>();
        Optional<String> after = request.after();
        int lookedAt = 0;
        do {
            Page<AuditEntry> page = part(workspace, new Page.Request(after, request.limit()));
            page.items().stream().filter(wanted).forEach(found::add);
            lookedAt += page.items().size();
            after = page.next();
        } while (after.isPresent() && found.size() < request.limit() && lookedAt < MOST_LOOKED_AT);
        Requests.answer(ctx, new Page<>(found, after), AuditView::of);
    }

    private static Predicate<AuditEntry> wanted(Exchange ctx) {
        Optional<String> plugin = Requests.query(ctx, "plugin");
        Optional<String> actor = Requests.query(ctx, "actor");
        Optional<String> action = Requests.query(ctx, "action");
        return entry -> plugin.map(name -> entry.key()
                                .filter(key -> key.plugin().value().equals(name))
                                .isPresent())
                        .orElse(true)
                && actor.map(entry.actor()::equals).orElse(true)
                && action.map(entry.action()::equals).orElse(true);
    }

    private void export(Exchange ctx) throws IOException {
        boolean csv = Requests.query(ctx, "format").filter("csv"::equals).isPresent();
        Optional<WorkspaceId> workspace = Requests.workspaceQuery(ctx);
        Predicate<AuditEntry> wanted = wanted(ctx);
        // The first part is asked for before anything is sent, so that a store that is away is still a problem
        // document.
        part(workspace, Page.Request.first(1));
        HttpServletResponse response = ctx.stream();
        response.setContentType(csv ? "text/csv; charset=utf-8" : "application/x-ndjson");
        response.setHeader("Content-Disposition", "attachment; filename=audit." + (csv ? "csv" : "ndjson"));
        OutputStream out = response.getOutputStream();
        if (csv) {
            line(out, "id,at,actor,action,workspace,plugin,from,to,outcome");
        }
        Stream<AuditView> entries = Page.stream(page -> part(workspace, page))
                .filter(wanted)
                .limit(MOST_EXPORTED)
                .map(AuditView::of);
        for (AuditView entry : (Iterable<AuditView>) entries::iterator) {
            line(out, csv ? csv(entry) : Json.text(entry));
        }
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String csv(AuditView entry) {
        return Stream.of(
                        Long.toString(entry.id()),
                        entry.at(),
                        cell(entry.actor()),
                        cell(entry.action()),
                        cell(entry.workspace()),
                        cell(entry.plugin()),
                        cell(entry.from()),
                        cell(entry.to()),
                        cell(entry.outcome()))
                .collect(Collectors.joining(","));
    }

    /** A spreadsheet takes a text that begins with one of these for a formula. */
    private static String cell(@Nullable String text) {
        String value = text == null ? "" : text;
        boolean formula = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + value.replace("\"", "\"\"") + '"';
    }
}
