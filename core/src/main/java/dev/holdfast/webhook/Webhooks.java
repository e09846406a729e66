package dev.holdfast.webhook;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.WebhookStore;
import dev.holdfast.spi.store.WebhookStore.WebhookClaim;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells receivers what the sealed audit says: each entry at least once, in the order of the seals, from one node at a
 * time. What a receiver does not take is sent again, later and later up to 15 minutes, and nothing overtakes it; what
 * was pruned before it came back is told as {@code events-lost}. Safe for use by several threads and nodes.
 */
public final class Webhooks implements AutoCloseable {

    private static final int FLAPS = 2;

    private final Map<String, WebhookPost> posts = new LinkedHashMap<>();
    private final AuditTrail trail;
    private final AuditChain chain;
    private final WebhookStore store;
    private final Setting setting;
    private volatile boolean closed;

    /**
     * What the node gives.
     *
     * @param node its name
     * @param clock for the header {@code webhook-timestamp}
     */
    public record Setting(String node, Clock clock) {}

    /**
     * Creates it, for {@code Holdfast.build()}; a host calls {@code holdfast.webhooks()}.
     *
     * @throws PermanentException if two have one name
     */
    public Webhooks(List<Webhook> webhooks, AuditTrail trail, AuditChain chain, WebhookStore store, Setting setting) {
        this.trail = trail;
        this.chain = chain;
        this.store = store;
        this.setting = setting;
        for (Webhook webhook : webhooks) {
            if (posts.put(webhook.name(), new WebhookPost(webhook, setting.clock())) != null) {
                throw PermanentException.invalid("webhook", webhook.name(), "give each a name of its own");
            }
        }
    }

    /** Returns the names of the webhooks that this host was given. */
    public Set<String> names() {
        return Set.copyOf(posts.keySet());
    }

    /**
     * Seals what is new, and tells one receiver what waits for it, for a minute at most. Does nothing while another
     * node tells it, and before a retry is due. What a receiver refuses is noted in the store, and is no exception.
     *
     * @throws PermanentException if the host gave no webhook of that name
     */
    public void deliver(String name) {
        WebhookPost post = posts.get(name);
        if (post == null) {
            throw PermanentException.invalid("webhook", name, "this host has " + posts.keySet());
        }
        Duration lease = DeliveryRound.lease(post.webhook());
        trail.seal();
        // Most looks find nothing, and write nothing.
        List<String> events = post.webhook().events();
        boolean idle = store.list().stream()
                .filter(known -> known.name().equals(name) && known.events().containsAll(events))
                .anyMatch(known -> known.waiting() == 0 || known.suspended().isPresent());
        Deadline held = Deadline.after(lease);
        Optional<WebhookClaim> claim =
                idle || closed ? Optional.empty() : store.claim(name, events, setting.node(), lease);
        if (claim.isPresent()) {
            try {
                new DeliveryRound(chain, store, post).run(claim.get(), held, () -> closed);
            } catch (InterruptedException e) {
                // What was under way may have arrived. When the claim has run out, it is sent again.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #deliver(String)}, for each in turn. */
    public void deliver() {
        posts.keySet().forEach(this::deliver);
    }

    /** Lists how all webhooks stand that any node ever told something, ordered by name. */
    public List<WebhookStatus> list() {
        return store.list();
    }

    /** Lists how the webhooks stand that this host was given and that were told something. */
    public List<WebhookStatus> own() {
        return posts.isEmpty()
                ? List.of()
                : store.list().stream()
                        .filter(known -> posts.containsKey(known.name()))
                        .toList();
    }

    /**
     * Lets a webhook be told at once, which a receiver had ended by answering 410, or which waits for its next attempt.
     * Also takes note of events that were lost, so that health does not name them any more. Audited.
     *
     * @return false if there is none of that name
     */
    public boolean resume(String name, String actor) {
        return store.resume(name, actor);
    }

    /** Returns what a person should know of this host's webhooks, a sentence each. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (WebhookStatus known : own()) {
            problem(known).ifPresent(problems::add);
            if (known.lost() > 0) {
                problems.add(known.lost() + " events were pruned before webhook '" + known.name()
                        + "' took them; read them from a backup of the audit, and resume the webhook");
            }
        }
        return problems;
    }

    private static Optional<String> problem(WebhookStatus known) {
        String waits = "; " + known.waiting() + " events wait";
        if (known.suspended().isPresent()) {
            return Optional.of("webhook '" + known.name() + "' is suspended: "
                    + known.suspended().get() + waits + "; resume it, or take it out of the configuration");
        }
        return known.failures() <= FLAPS
                ? Optional.empty()
                : Optional.of("webhook '" + known.name() + "' failed " + known.failures() + " times in a row since "
                        + known.failingSince().map(Object::toString).orElse("") + ", the last time because "
                        + known.lastError().orElse("") + waits + "; it goes on by itself");
    }

    /** Begins no more attempts; one that is under way ends, and with it the client that no host has given. */
    @Override
    public void close() {
        closed = true;
        posts.values().forEach(WebhookPost::close);
    }
}
