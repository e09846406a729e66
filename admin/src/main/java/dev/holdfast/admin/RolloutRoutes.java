package dev.holdfast.admin;

import dev.holdfast.fleet.Rollouts;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Revisions on their way through the fleet: begin, watch, pause, resume, stop, open the next ring. */
final class RolloutRoutes {

    private static final String ONE = "/admin/rollouts/{id}";

    private final Rollouts rollouts;

    RolloutRoutes(Services services) {
        this.rollouts = services.holdfast().rollouts();
    }

    /** What to begin. */
    record Wanted(
            @Nullable String plan,
            @Nullable String source,
            @Nullable String revision) {}

    /** Why something is decided. */
    record Note(@Nullable String note) {}

    /** A plan by its name. */
    record PlanView(String name, String plan) {

        static PlanView of(NamedPlan plan) {
            return new PlanView(plan.name(), plan.plan().toString());
        }
    }

    /** How a plan reads. */
    record PlanBody(@Nullable String plan) {}

    /** A decision of {@link Rollouts}. */
    @FunctionalInterface
    private interface Decision {
        Optional<Rollout> take(long id, String actor, String note);
    }

    void routes(Routes routes) {
        routes.get("/admin/rollouts", this::list)
                .post("/admin/rollouts", this::start)
                .get(ONE, ctx -> Requests.answer(ctx, RolloutView.of(found(ctx, rollouts.find(Requests.id(ctx))))))
                .get(
                        ONE + "/members",
                        ctx -> Requests.answer(
                                ctx,
                                rollouts.members(Requests.id(ctx), Requests.page(ctx)),
                                RolloutView.MemberView::of))
                .post(ONE + "/pause", ctx -> decide(ctx, rollouts::pause))
                .post(ONE + "/resume", ctx -> decide(ctx, rollouts::resume))
                .post(ONE + "/stop", ctx -> decide(ctx, rollouts::stop))
                .post(ONE + "/next-ring", ctx -> decide(ctx, rollouts::nextRing))
                .get("/admin/plans", ctx -> Requests.answer(ctx, rollouts.plans(Requests.page(ctx)), PlanView::of))
                .put("/admin/plans/{name}", this::plan);
    }

    private enum Listed {
        OPEN,
        ALL
    }

    private void list(Exchange ctx) {
        Listed listed = Requests.query(ctx, "which")
                .map(word -> Requests.word(Listed.class, word))
                .orElse(Listed.ALL);
        Which which = listed == Listed.OPEN ? Which.OPEN : Which.ALL;
        Requests.answer(ctx, rollouts.list(which, Requests.page(ctx)), RolloutView::of);
    }

    private void start(Exchange ctx) {
        Wanted wanted = Requests.body(ctx, Wanted.class);
        Rollout begun = rollouts.start(
                Requests.needed("plan", wanted.plan()),
                Source.parse(Requests.needed("source", wanted.source())),
                Revision.of(Requests.needed("revision", wanted.revision())),
                ctx.actor());
        ctx.status(201);
        Requests.answer(ctx, RolloutView.of(begun));
    }

    private static void decide(Exchange ctx, Decision decision) {
        String note = Optional.ofNullable(Requests.body(ctx, Note.class).note()).orElse("");
        Requests.answer(ctx, RolloutView.of(found(ctx, decision.take(Requests.id(ctx), ctx.actor(), note))));
    }

    private void plan(Exchange ctx) {
        String name = ctx.pathParam("name");
        RolloutPlan plan = RolloutPlan.parse(
                Requests.needed("plan", Requests.body(ctx, PlanBody.class).plan()));
        rollouts.setPlan(name, plan, ctx.actor());
        Requests.answer(ctx, new PlanView(name, plan.toString()));
    }

    private static Rollout found(Exchange ctx, Optional<Rollout> rollout) {
        return rollout.orElseThrow(() -> ProblemException.notFound("there is no rollout " + ctx.pathParam("id")));
    }
}
