package dev.holdfast.admin;

import dev.holdfast.fleet.FleetRollback;
import dev.holdfast.fleet.Quarantines;
import dev.holdfast.fleet.Rollouts;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Scope;
import dev.holdfast.spi.store.Page;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What may not be installed where: list, declare, lift, and who has it already. */
final class QuarantineRoutes {

    private final Quarantines quarantines;
    private final Rollouts rollouts;
    private final AdminEvents events;
    private final Clock clock;

    QuarantineRoutes(Services services) {
        this.quarantines = services.holdfast().quarantines();
        this.rollouts = services.holdfast().rollouts();
        this.events = services.events();
        this.clock = services.clock();
    }

    /**
     * What to forbid: a revision, a source, or a revision of a source.
     *
     * @param scope where: {@code fleet}, {@code labels env=prod} or {@code install ws-42/greeter}; by default the fleet
     * @param until when it ends by itself, as in {@code 2030-01-01T00:00:00Z}
     */
    record Wanted(
            @Nullable String source,
            @Nullable String revision,
            @Nullable String scope,
            @Nullable String reason,
            @Nullable String until) {}

    /** By which plan: its rings, how many at one time, and when it halts. */
    record ByPlan(@Nullable String plan) {}

    /** A quarantine in JSON. */
    record QuarantineView(
            long id,
            @Nullable String source,
            @Nullable String revision,
            String scope,
            String reason,
            String actor,
            String since,
            @Nullable String until,
            @Nullable Long rollout,
            boolean active) {

        static QuarantineView of(Quarantine quarantine, Instant now) {
            return new QuarantineView(
                    quarantine.id(),
                    quarantine.content().source().orElse(null),
                    quarantine.content().revision().map(Revision::value).orElse(null),
                    quarantine.scope().toString(),
                    quarantine.reason(),
                    quarantine.actor(),
                    quarantine.since().toString(),
                    quarantine.until().map(Instant::toString).orElse(null),
                    quarantine.rollout().isPresent() ? quarantine.rollout().getAsLong() : null,
                    quarantine.isActive(now));
        }
    }

    void routes(Routes routes) {
        routes.get("/admin/quarantines", ctx -> Requests.answer(ctx, quarantines.list(Requests.page(ctx)), this::view))
                .post("/admin/quarantines", this::declare)
                .post("/admin/quarantines/{id}/lift", this::lift)
                .get("/admin/quarantines/{id}/affected", this::affected)
                .post("/admin/quarantines/{id}/roll-back", this::rollBack);
    }

    private QuarantineView view(Quarantine quarantine) {
        return QuarantineView.of(quarantine, clock.instant());
    }

    private void declare(Exchange ctx) {
        Wanted wanted = Requests.body(ctx, Wanted.class);
        Quarantine.Content content = new Quarantine.Content(
                Optional.ofNullable(wanted.source()).map(Source::parse).map(Source::base),
                Optional.ofNullable(wanted.revision()).map(Revision::of));
        Quarantine.Declaration declaration = Quarantine.Declaration.of(
                        content, Requests.needed("reason", wanted.reason()), ctx.actor())
                .in(wanted.scope() == null ? Scope.fleet() : Scope.parse(wanted.scope()));
        Quarantine declared =
                quarantines.declare(wanted.until() == null ? declaration : declaration.until(time(wanted.until())));
        ctx.status(201);
        Requests.answer(ctx, view(declared));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new PermanentException(
                    Reason.INVALID_VALUE, "until '" + text + "' is no time; write 2030-01-01T00:00:00Z", e);
        }
    }

    private void lift(Exchange ctx) {
        String note = Optional.ofNullable(
                        Requests.body(ctx, RolloutRoutes.Note.class).note())
                .orElse("");
        long id = Requests.id(ctx);
        Requests.answer(ctx, view(quarantines.lift(id, ctx.actor(), note).orElseThrow(() -> nothing(id))));
    }

    private void affected(Exchange ctx) {
        Requests.answer(ctx, quarantines.affected(existing(Requests.id(ctx)), Requests.page(ctx)), InstallView::of);
    }

    /**
     * Answers when all of it is done; each install is told as it ends. The same call again goes on with those that are
     * left.
     */
    private void rollBack(Exchange ctx) {
        long id = Requests.id(ctx);
        String plan = Requests.needed("plan", Requests.body(ctx, ByPlan.class).plan());
        FleetRollback done = rollouts.rollBack(
                existing(id),
                plan,
                ctx.actor(),
                answer -> events.tell(new EventView("rolled-back", FleetRollbackView.AnswerView.of(id, answer))));
        Requests.answer(ctx, FleetRollbackView.of(id, done));
    }

    private Quarantine existing(long id) {
        return Page.stream(quarantines::list)
                .filter(one -> one.id() == id)
                .findFirst()
                .orElseThrow(() -> nothing(id));
    }

    private static ProblemException nothing(long id) {
        return ProblemException.notFound("there is no quarantine " + id);
    }
}
