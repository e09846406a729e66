package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.RetainedRelease;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Stamp;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Care for one install: its releases, whether it is whole, repair, and back to a chosen release. */
final class CareRoutes {

    private static final String PLUGIN = "/workspaces/{workspace}/plugins/{plugin}";

    private static final int MOST_PATHS = 500;

    private final Holdfast holdfast;

    CareRoutes(Services services) {
        this.holdfast = services.holdfast();
    }

    /**
     * Back to what.
     *
     * @param release the stamp of a release; null for the one before
     * @param reason why, for the audit
     */
    record Back(@Nullable String release, @Nullable String reason) {}

    /** A release that is still on the target. */
    record ReleaseView(
            String release, String revision, @Nullable String version, String deliveredAt, boolean live, boolean bad) {

        static ReleaseView of(RetainedRelease retained) {
            return new ReleaseView(
                    retained.release().stamp().toString(),
                    retained.release().revision().value(),
                    retained.release().version().orElse(null),
                    retained.deliveredAt().toString(),
                    retained.live(),
                    retained.bad());
        }
    }

    /** What reading all files back found. */
    record VerificationView(String outcome, String detail, List<String> paths) {

        static VerificationView of(Verification found) {
            if (found instanceof Verification.Tampered tampered) {
                List<String> paths = Stream.of(
                                tampered.changed().stream().map(path -> "changed " + path),
                                tampered.added().stream().map(path -> "added " + path),
                                tampered.removed().stream().map(path -> "removed " + path))
                        .flatMap(part -> part)
                        .limit(MOST_PATHS)
                        .toList();
                return new VerificationView("tampered", "files differ from what was delivered", paths);
            }
            if (found instanceof Verification.Missing) {
                return new VerificationView("missing", "nothing stands at the live path", List.of());
            }
            if (found instanceof Verification.Unmarked unmarked) {
                return new VerificationView("unmarked", unmarked.why(), List.of());
            }
            return found instanceof Verification.Foreign foreign
                    ? new VerificationView("foreign", foreign.what(), List.of())
                    : new VerificationView("intact", "every file is as it was delivered", List.of());
        }
    }

    void routes(Routes routes) {
        routes.post(PLUGIN + "/rollback", this::rollback)
                .get(PLUGIN + "/releases", this::releases)
                .post(PLUGIN + "/verify", this::verify)
                .post(PLUGIN + "/repair", this::repair);
    }

    private void rollback(Exchange ctx) {
        InstallKey key = Requests.install(ctx);
        Back back = Requests.body(ctx, Back.class);
        if (back.release() == null) {
            Requests.answer(ctx, ChangeView.of(holdfast.rollback(key, ctx.actor())));
            return;
        }
        String reason = Optional.ofNullable(back.reason()).orElse("");
        Requests.answer(ctx, ChangeView.of(holdfast.rollback(key, new Stamp(back.release()), ctx.actor(), reason)));
    }

    private void releases(Exchange ctx) {
        Requests.answer(
                ctx,
                holdfast.releases(Requests.install(ctx)).stream()
                        .map(ReleaseView::of)
                        .toList());
    }

    private void verify(Exchange ctx) {
        Requests.answer(ctx, VerificationView.of(holdfast.verify(Requests.install(ctx))));
    }

    private void repair(Exchange ctx) {
        Requests.answer(ctx, ChangeView.of(holdfast.repair(Requests.install(ctx), ctx.actor())));
    }
}
