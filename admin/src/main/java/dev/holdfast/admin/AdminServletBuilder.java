package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.container.ContainerIndex;
import java.time.Clock;
import java.util.Optional;

/** Builds an {@link AdminServlet}; each method returns this builder. Not safe for use by several threads. */
public final class AdminServletBuilder {

    private static final int SHORTEST_SECRET = 16;

    private final Holdfast holdfast;
    private final AdminEvents events;
    private AdminAccess access = AdminAccess.loopback();
    private Optional<AdminWorkspaces> workspaces = Optional.empty();
    private Optional<ContainerIndex> index = Optional.empty();
    private Optional<String> hookSecret = Optional.empty();
    private Clock clock = Clock.systemUTC();

    AdminServletBuilder(Holdfast holdfast, AdminEvents events) {
        this.holdfast = holdfast;
        this.events = events;
    }

    /** Sets who may do what. By default {@link AdminAccess#loopback()}. */
    public AdminServletBuilder access(AdminAccess callers) {
        this.access = callers;
        return this;
    }

    /** Sets which workspaces there are. By default those that something is installed in. */
    public AdminServletBuilder workspaces(AdminWorkspaces known) {
        this.workspaces = Optional.of(known);
        return this;
    }

    /** Shows the containers of an index. By default none are shown. */
    public AdminServletBuilder containers(ContainerIndex containers) {
        this.index = Optional.of(containers);
        return this;
    }

    /**
     * Takes webhooks that are signed with this secret as Standard Webhooks are. By default none are taken.
     *
     * @param secret {@code whsec_} and the Base64 of the key, as Standard Webhooks write it, or any other text, whose
     *     bytes in UTF-8 are the key
     * @throws PermanentException if the key has fewer than 16 bytes, or is no Base64
     */
    public AdminServletBuilder hookSecret(String secret) {
        if (HookSignature.bytes(secret) < SHORTEST_SECRET) {
            throw PermanentException.invalid(
                    "hookSecret",
                    "(not shown)",
                    "use at least " + SHORTEST_SECRET + " bytes, or whsec_ and their Base64");
        }
        this.hookSecret = Optional.of(secret);
        return this;
    }

    /** Sets the clock that webhooks are judged by. By default the system's. */
    public AdminServletBuilder clock(Clock time) {
        this.clock = time;
        return this;
    }

    /** Builds it; touches no network, no store and no thread. */
    public AdminServlet build() {
        Services services = new Services(
                holdfast,
                access,
                workspaces.orElseGet(() -> new RecordedWorkspaces(holdfast)),
                index,
                events,
                clock,
                new SharedAnswers());
        return new AdminServlet(services, new HookRoutes(services, hookSecret));
    }
}
