package dev.holdfast.admin;

import dev.holdfast.DriftSweeper;
import dev.holdfast.Holdfast;
import dev.holdfast.spi.Upstream;
import org.jspecify.annotations.Nullable;

/** Where plugins come from: how the sources are, look now, leave one alone for a time. */
final class UpstreamRoutes {

    private final Holdfast holdfast;
    private final DriftSweeper sweeper;

    UpstreamRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.sweeper = holdfast.sweeper();
    }

    /** Which upstream; without one, all that are due. */
    record SweepBody(UpstreamView.@Nullable Name upstream) {}

    /** Which upstream to leave alone, and why. */
    record SuspendBody(
            UpstreamView.@Nullable Name upstream, @Nullable String why) {}

    void routes(Routes routes) {
        routes.get(
                        "/admin/upstreams",
                        ctx -> Requests.answer(ctx, holdfast.upstreams(Requests.page(ctx)), UpstreamView::of))
                .post("/admin/upstreams/suspend", this::suspend)
                .post("/admin/upstreams/resume", this::resume)
                .post("/admin/sweeps", this::sweep);
    }

    private void sweep(Exchange ctx) {
        UpstreamView.Name name = Requests.body(ctx, SweepBody.class).upstream();
        Requests.answer(ctx, name == null ? SweepView.of(sweeper.sweep()) : check(name.upstream()));
    }

    private SweepView check(Upstream upstream) {
        return SweepView.of(sweeper.check(upstream)
                .orElseThrow(() -> ProblemException.conflict(
                        "not asked", upstream + " is being asked at this moment, is suspended, or nobody follows it")));
    }

    private void suspend(Exchange ctx) {
        SuspendBody body = Requests.body(ctx, SuspendBody.class);
        Upstream upstream = Requests.needed("upstream", body.upstream()).upstream();
        if (!sweeper.suspend(upstream, ctx.actor(), Requests.needed("why", body.why()))) {
            throw ProblemException.notFound("nothing that is installed follows " + upstream);
        }
        ctx.status(204);
    }

    /** Resuming what is not suspended does nothing, and succeeds. */
    private void resume(Exchange ctx) {
        SweepBody body = Requests.body(ctx, SweepBody.class);
        boolean resumed =
                sweeper.resume(Requests.needed("upstream", body.upstream()).upstream(), ctx.actor());
        ctx.header("Holdfast-Changed", Boolean.toString(resumed)).status(204);
    }
}
