package dev.holdfast.admin;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.release.FileLines;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The queue of updates: list, look at what would change, apply exactly that, dismiss, try again. */
final class UpdateRoutes {

    private final Holdfast holdfast;
    private final AdminEvents events;

    UpdateRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.events = services.events();
    }

    /** What was reviewed, or why it was declined. */
    record Decision(@Nullable String revision, @Nullable String note) {}

    void routes(Routes routes) {
        routes.get("/admin/plugin-updates-pending", this::pending)
                .get("/admin/plugin-updates", this::list)
                .get("/admin/plugin-updates/{id}", this::one)
                .get("/admin/plugin-updates/{id}/changes", this::changes)
                .get("/admin/plugin-updates/{id}/lines", this::lines)
                .post("/admin/plugin-updates/{id}/apply", this::apply)
                .post("/admin/plugin-updates/{id}/dismiss", this::dismiss)
                .post("/admin/plugin-updates/{id}/retry", this::retry);
    }

    private void pending(Exchange ctx) {
        Requests.answer(ctx, holdfast.updates().pending(Requests.page(ctx)), UpdateView::of);
    }

    private void list(Exchange ctx) {
        Set<UpdateStatus> statuses = Requests.query(ctx, "status")
                .map(word -> Set.of(Requests.word(UpdateStatus.class, word)))
                .orElse(Set.of());
        UpdateQuery query = new UpdateQuery(
                statuses,
                Requests.workspaceQuery(ctx),
                Requests.query(ctx, "plugin").map(PluginName::of));
        Requests.answer(ctx, holdfast.updates().list(query, Requests.page(ctx)), UpdateView::of);
    }

    private void one(Exchange ctx) {
        Requests.answer(ctx, UpdateView.of(existing(ctx)));
    }

    private void changes(Exchange ctx) {
        Requests.answer(ctx, ChangesView.of(compared(ctx, holdfast.updates()::changes)));
    }

    private void lines(Exchange ctx) {
        List<FileLines> files = compared(ctx, holdfast.updates()::lines);
        Requests.answer(ctx, files.stream().map(FileLinesView::of).toList());
    }

    private <T> T compared(Exchange ctx, LongFunction<Optional<T>> look) {
        Update update = existing(ctx);
        if (update.subject() instanceof ImageSubject) {
            throw ProblemException.notFound("update " + update.id()
                    + " is for an image, whose files are not compared; its registry knows both digests");
        }
        return look.apply(update.id())
                .orElseThrow(() -> ProblemException.notFound("what update " + update.id()
                        + " is for is not installed any more, so there is nothing to compare with"));
    }

    /** Works to its own deadline, also if the caller hangs up; two callers get one delivery and the same answer. */
    private void apply(Exchange ctx) {
        Decision decision = Requests.body(ctx, Decision.class);
        Revision reviewed = Revision.of(Requests.needed("revision", decision.revision()));
        Update update = existing(ctx);
        if (!update.to().equals(reviewed)) {
            throw ProblemException.conflict(
                    "another revision",
                    "update " + update.id() + " is for revision " + update.to()
                            + "; look at what it changes, and apply that");
        }
        ApplyResult result = holdfast.updates().apply(update.id(), reviewed, ctx.actor(), events.progress(update.id()));
        Update now = existing(ctx);
        ApplyAnswer.of(result, now.status()).ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        Requests.answer(ctx, UpdateView.of(now));
    }

    private void dismiss(Exchange ctx) {
        String note =
                Optional.ofNullable(Requests.body(ctx, Decision.class).note()).orElse("");
        Update update = existing(ctx);
        Update now = holdfast.updates().dismiss(update.id(), ctx.actor(), note).orElse(update);
        answerIf(now.status() == UpdateStatus.DISMISSED, now, ctx);
    }

    private void retry(Exchange ctx) {
        Update update = existing(ctx);
        Update now = holdfast.updates().retry(update.id(), ctx.actor()).orElse(update);
        answerIf(now.status() == UpdateStatus.PENDING, now, ctx);
    }

    private static void answerIf(boolean done, Update now, Exchange ctx) {
        if (!done) {
            throw ProblemException.conflict(
                    "update is " + Words.of(now.status()), "nothing was done: it is " + Words.of(now.status()));
        }
        Requests.answer(ctx, UpdateView.of(now));
    }

    private Update existing(Exchange ctx) {
        long id = Requests.id(ctx);
        return holdfast.updates().find(id).orElseThrow(() -> ProblemException.notFound("there is no update " + id));
    }
}
