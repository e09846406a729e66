package dev.holdfast.examples.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.Holdfast;
import dev.holdfast.admin.AdminAccess;
import dev.holdfast.admin.AdminCaller;
import dev.holdfast.admin.AdminCaller.Right;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What is the platform's own: its workspaces, which it makes, lists and removes, and its metrics. */
final class PlatformServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final transient Holdfast holdfast;
    private final transient Workspaces workspaces;
    private final transient Places places;
    private final transient AdminAccess access;
    private final transient Supplier<String> metrics;

    PlatformServlet(
            Holdfast holdfast, Workspaces workspaces, Places places, AdminAccess access, Supplier<String> metrics) {
        this.holdfast = holdfast;
        this.workspaces = workspaces;
        this.places = places;
        this.access = access;
        this.metrics = metrics;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AdminCaller caller = access.caller(request);
        if (caller.right() != Right.DECIDE) {
            access.challenge().ifPresent(challenge -> response.setHeader("WWW-Authenticate", challenge));
            Answers.problem(response, caller.right() == Right.UNKNOWN ? 401 : 403, "unauthorized", caller.name());
            return;
        }
        try {
            if (request.getServletPath().equals("/metrics")) {
                response.setContentType(METRICS);
                response.getWriter().write(metrics.get());
            } else {
                answer(request, response, caller.name());
            }
        } catch (HoldfastException e) {
            String reason = e.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            Answers.problem(response, status(e.reason()), reason, String.valueOf(e.getMessage()));
        }
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case INVALID_VALUE -> 400;
            case CONFLICT -> 409;
            case NOT_INSTALLED -> 404;
            default -> 503;
        };
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, String actor) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        if (path.equals("/")) {
            List<Map<String, String>> all = workspaces.all(Page.Request.first(Page.LARGEST)).items().stream()
                    .map(PlatformServlet::view)
                    .toList();
            Answers.json(response, 200, all);
            return;
        }
        WorkspaceId id = WorkspaceId.of(path.substring(1));
        switch (request.getMethod()) {
            case "PUT" -> put(request, response, id);
            case "DELETE" -> forget(response, id, actor);
            case "GET" -> Answers.json(response, 200, view(workspaces.existing(id)));
            default -> Answers.problem(response, 405, "method-not-allowed", "use GET, PUT or DELETE");
        }
    }

    private static Map<String, String> view(Workspace workspace) {
        return Map.of(
                "id", workspace.id().value(),
                "target", workspace.address().toString(),
                "createdAt", workspace.createdAt().toString());
    }

    private void put(HttpServletRequest request, HttpServletResponse response, WorkspaceId id) throws IOException {
        JsonNode container = Answers.body(request).path("container");
        boolean created = workspaces.create(id, places.of(id, Optional.ofNullable(container.textValue())));
        Answers.json(response, created ? 201 : 200, view(workspaces.existing(id)));
    }

    /** The workspace is gone, or about to be: nothing is touched there, and nothing of it is asked for any more. */
    private void forget(HttpServletResponse response, WorkspaceId id, String actor) {
        Workspace workspace = workspaces.existing(id);
        holdfast.forget(workspace.id(), actor);
        workspaces.remove(workspace.id());
        response.setStatus(204);
    }
}
