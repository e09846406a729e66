package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.trust.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is remembered of who signs a source and where its history begins; and a person's word on a change of it. */
final class PinRoutes {

    /** How long a source may take to say with which commits a revision begins. */
    private static final Duration ORIGIN_WITHIN = Duration.ofSeconds(30);

    private final Trust trust;

    PinRoutes(Services services) {
        Holdfast holdfast = services.holdfast();
        this.trust = holdfast.trust();
    }

    /** A pin in JSON. */
    record PinView(String kind, List<String> values, String actor, String since) {

        static PinView of(Pin pin) {
            return new PinView(
                    Words.of(pin.kind()),
                    pin.values().stream().sorted().toList(),
                    pin.actor(),
                    pin.since().toString());
        }
    }

    /**
     * What to accept beside what is pinned.
     *
     * @param value for a signer the fingerprint of the key, for an origin a revision of the history
     * @param note why, for the audit
     */
    record Acceptance(
            UpstreamView.@Nullable Name upstream,
            @Nullable String kind,
            @Nullable String value,
            @Nullable String note) {}

    /** Which pin to forget, and why. */
    record Removal(
            UpstreamView.@Nullable Name upstream,
            @Nullable String kind,
            @Nullable String note) {}

    void routes(Routes routes) {
        routes.get("/admin/pins", this::list)
                .post("/admin/pins/accept", this::accept)
                .post("/admin/pins/forget", this::forget);
    }

    private void list(Exchange ctx) {
        Upstream upstream = new Upstream(query(ctx, "scheme"), query(ctx, "key"), query(ctx, "host"));
        Requests.answer(ctx, trust.pins(upstream).stream().map(PinView::of).toList());
    }

    private static String query(Exchange ctx, String name) {
        Optional<String> value = Requests.query(ctx, name);
        return value.orElseThrow(() -> ProblemException.invalid("name the upstream: the query has no " + name));
    }

    private void accept(Exchange ctx) {
        Acceptance body = Requests.body(ctx, Acceptance.class);
        Upstream upstream = Requests.needed("upstream", body.upstream()).upstream();
        String value = Requests.needed("value", body.value());
        String note = Requests.needed("note", body.note());
        Pin pin = switch (kind(body.kind())) {
            case SIGNER -> trust.acceptSigner(upstream, value, ctx.actor(), note);
            case ORIGIN ->
                trust.acceptOrigin(upstream, Revision.of(value), ctx.actor(), note, Deadline.after(ORIGIN_WITHIN));
        };
        Requests.answer(ctx, PinView.of(pin));
    }

    private void forget(Exchange ctx) {
        Removal body = Requests.body(ctx, Removal.class);
        Upstream upstream = Requests.needed("upstream", body.upstream()).upstream();
        Pin.Kind kind = kind(body.kind());
        if (!trust.removePin(upstream, kind, ctx.actor(), Requests.needed("note", body.note()))) {
            throw ProblemException.notFound("no " + Words.of(kind) + " of " + upstream + " is pinned");
        }
        ctx.status(204);
    }

    private static Pin.Kind kind(@Nullable String word) {
        return Requests.word(Pin.Kind.class, Requests.needed("kind", word));
    }
}
