package dev.holdfast.admin;

import dev.holdfast.HoldReport;
import dev.holdfast.Holdfast;
import dev.holdfast.ReaderHold;
import dev.holdfast.spi.InstallKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who uses which release, as the targets say; and a person's word against one of them. */
final class HoldRoutes {

    private final Holdfast holdfast;

    HoldRoutes(Services services) {
        this.holdfast = services.holdfast();
    }

    /** Who uses which release. */
    record HoldView(
            String plugin,
            String release,
            String holder,
            @Nullable String since,
            long renewedSecondsAgo) {

        static HoldView of(ReaderHold hold) {
            return new HoldView(
                    hold.key().plugin().value(),
                    hold.stamp().toString(),
                    hold.holder(),
                    hold.since().map(Instant::toString).orElse(null),
                    hold.renewed().toSeconds());
        }
    }

    /**
     * The holds of a workspace.
     *
     * @param unread installs whose holds could not be read, and why
     */
    record HoldsView(List<HoldView> holds, List<String> unread) {}

    /** Which hold to break. */
    record BreakBody(@Nullable String release, @Nullable String holder) {}

    void routes(Routes routes) {
        routes.get("/workspaces/{workspace}/holds", this::list)
                .post("/workspaces/{workspace}/plugins/{plugin}/holds/break", this::end);
    }

    private void list(Exchange ctx) {
        HoldReport report = holdfast.holds(Requests.workspace(ctx));
        Requests.answer(
                ctx,
                new HoldsView(
                        report.holds().stream().map(HoldView::of).toList(),
                        report.unread().stream()
                                .map(unread -> unread.install().key() + ": " + unread.why())
                                .toList()));
    }

    /** Only what the target shows is broken, so that the audit names no hold that never was. */
    private void end(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        BreakBody body = Requests.body(ctx, BreakBody.class);
        String release = Requests.needed("release", body.release());
        String holder = Requests.needed("holder", body.holder());
        HoldReport report = holdfast.holds(key.workspace());
        Optional<ReaderHold> found = report.holds().stream()
                .filter(hold -> hold.key().equals(key)
                        && hold.stamp().toString().equals(release)
                        && hold.holder().equals(holder))
                .findFirst();
        if (found.isEmpty()) {
            report.unread().stream()
                    .filter(unread -> unread.install().key().equals(key))
                    .findFirst()
                    .ifPresent(unread -> {
                        throw ProblemException.conflict("not asked", key + ": " + unread.why());
                    });
        }
        if (found.isEmpty() || !holdfast.breakHold(found.get(), ctx.actor())) {
            throw ProblemException.notFound(holder + " does not hold release " + release + " of " + key);
        }
        ctx.status(204);
    }
}
