package dev.holdfast.admin;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What workspaces run: install, look, roll back, uninstall, and say why nothing happens. */
final class InstallRoutes {

    private static final String PLUGIN = "/workspaces/{workspace}/plugins/{plugin}";

    private final Holdfast holdfast;
    private final Workspaces workspaces;

    InstallRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.workspaces = new Workspaces(services.workspaces());
    }

    /**
     * What to install.
     *
     * @param plugin its name; if absent, the last part of the source
     * @param track what sweeps follow; if absent, the source's own ref, or nothing if that is a tag or a commit id
     * @param policy who decides on updates; if absent, it stays as it is
     * @param replaceSource whether an install of that name from elsewhere may be replaced
     */
    record Wanted(
            @Nullable String source,
            @Nullable String plugin,
            @Nullable String track,
            @Nullable String policy,
            @Nullable Boolean replaceSource) {}

    /** Who decides on updates from now on. */
    record PolicyBody(@Nullable String policy) {}

    /** What was done to an install, and what became of its updates. */
    record HistoryView(List<OperationView> operations, List<UpdateView> updates) {}

    void routes(Routes routes) {
        routes.get("/workspaces/{workspace}/plugins", this::list)
                .post("/workspaces/{workspace}/plugins", this::install)
                .get(PLUGIN, ctx -> Requests.answer(ctx, InstallView.of(existing(ctx))))
                .delete(PLUGIN, this::uninstall)
                .put(PLUGIN + "/policy", this::policy)
                .get(PLUGIN + "/explain", this::explain)
                .get(PLUGIN + "/history", this::history)
                .get(
                        "/admin/installs",
                        ctx -> Requests.answer(ctx, holdfast.installs(Requests.page(ctx)), InstallView::of));
    }

    private void list(Exchange ctx) {
        AdminWorkspaces.Entry workspace = workspaces.existing(Requests.workspace(ctx));
        Requests.answer(
                ctx, holdfast.installs(workspace.id()).map(InstallView::of).toList());
    }

    private void install(Exchange ctx) {
        AdminWorkspaces.Entry workspace = workspaces.existing(Requests.workspace(ctx));
        ChangeReport report = holdfast.install(
                request(workspace, Requests.body(ctx, Wanted.class)).by(ctx.actor()));
        ctx.status(report.changed() && report.from().isEmpty() ? 201 : 200);
        Requests.answer(ctx, ChangeView.of(report));
    }

    private static InstallRequest request(AdminWorkspaces.Entry workspace, Wanted wanted) {
        Source source = Source.parse(Requests.needed("source", wanted.source()));
        InstallRequest request = InstallRequest.of(workspace.id(), source, workspace.address());
        if (wanted.plugin() != null) {
            request = request.as(PluginName.of(wanted.plugin()));
        }
        if (wanted.track() != null) {
            request = request.track(TrackedRef.parse(wanted.track()));
        }
        if (wanted.policy() != null) {
            request = request.policy(UpdatePolicy.parse(wanted.policy()));
        }
        return Boolean.TRUE.equals(wanted.replaceSource()) ? request.replacingSource() : request;
    }

    private void uninstall(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        Requests.answer(ctx, ChangeView.of(holdfast.uninstall(key, ctx.actor())));
    }

    private void policy(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        PolicyBody body = Requests.body(ctx, PolicyBody.class);
        UpdatePolicy policy = UpdatePolicy.parse(Requests.needed("policy", body.policy()));
        holdfast.setPolicy(key, policy, ctx.actor());
        Requests.answer(ctx, InstallView.of(existing(ctx)));
    }

    private void explain(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        Requests.answer(ctx, ExplanationView.of(holdfast.explain(key)));
    }

    /** The record stays when the plugin goes, so this asks for no install. */
    private void history(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        Requests.answer(
                ctx,
                new HistoryView(
                        holdfast.operations(key).map(OperationView::of).toList(),
                        holdfast.updates().history(key, Page.Request.first(Page.LARGEST)).items().stream()
                                .map(UpdateView::of)
                                .toList()));
    }

    private Install existing(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        Optional<Install> install = holdfast.find(key);
        return install.orElseThrow(() -> ProblemException.notFound(key + " is not installed"));
    }
}
