package dev.holdfast.admin;

import dev.holdfast.ApplyResult;
import dev.holdfast.BulkAnswer;
import dev.holdfast.ReviewedUpdate;
import dev.holdfast.Updates;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.UpdateStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One decision about many updates, with an answer for each. */
final class BulkRoutes {

    private final Updates updates;
    private final AdminEvents events;

    BulkRoutes(Services services) {
        this.updates = services.holdfast().updates();
        this.events = services.events();
    }

    /** An update, and the revision that was looked at. */
    record Item(@Nullable Long id, @Nullable String revision) {}

    /**
     * What to decide on.
     *
     * @param note why they are declined; not used where they are applied
     */
    record Many(@Nullable List<Item> updates, @Nullable String note) {}

    /** What became of one of them. */
    record AnswerView(long id, String outcome, @Nullable String detail) {

        static AnswerView of(BulkAnswer answer) {
            ApplyResult result = answer.result();
            String detail = ApplyAnswer.of(result, UpdateStatus.FAILED)
                    .map(Problem::detail)
                    .orElse(null);
            return new AnswerView(answer.id(), outcome(result), detail);
        }

        private static String outcome(ApplyResult result) {
            return result.getClass()
                    .getSimpleName()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                    .toLowerCase(java.util.Locale.ROOT);
        }
    }

    void routes(Routes routes) {
        routes.post("/admin/plugin-updates/apply", this::apply).post("/admin/plugin-updates/dismiss", this::dismiss);
    }

    private void apply(Exchange ctx) {
        List<ReviewedUpdate> reviewed = reviewed(Requests.body(ctx, Many.class));
        answer(ctx, updates.applyAll(reviewed, ctx.actor(), this::tell));
    }

    private void dismiss(Exchange ctx) {
        Many many = Requests.body(ctx, Many.class);
        String note = Optional.ofNullable(many.note()).orElse("");
        answer(ctx, updates.dismissAll(reviewed(many), ctx.actor(), note, this::tell));
    }

    private void tell(BulkAnswer answer) {
        events.tell(new EventView("answered", AnswerView.of(answer)));
    }

    private static List<ReviewedUpdate> reviewed(Many many) {
        return Requests.needed("updates", many.updates()).stream()
                .map(item -> new ReviewedUpdate(
                        Requests.needed("id", item.id()), Revision.of(Requests.needed("revision", item.revision()))))
                .toList();
    }

    private static void answer(Exchange ctx, List<BulkAnswer> answers) {
        Requests.answer(ctx, answers.stream().map(AnswerView::of).toList());
    }
}
