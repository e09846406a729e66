package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageRefresher.Hold;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The steps by which one container takes another's place, and the way back from each of them. Each step first checks
 * the lease: if it is lost, the steps stop and the new owner continues.
 */
final class RefreshSteps {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration FOR_A_NAME = Duration.ofSeconds(10);

    /** How long an engine waits for a container that does not say, and for one that was killed. */
    private static final Duration DEFAULT_STOP = Duration.ofSeconds(10);

    private static final Duration KILLED = Duration.ofSeconds(1);

    private final EngineApi engine;
    private final Hold hold;
    private final Patience patience;
    private final OwnContainer own;

    /**
     * When a container counts as well.
     *
     * @param settle how long one without a health check runs without ending
     * @param healthy how long one with a health check has to become healthy
     */
    record Patience(Duration settle, Duration healthy) {}

    RefreshSteps(EngineApi engine, Hold hold, Patience patience, OwnContainer own) {
        this.engine = engine;
        this.hold = hold;
        this.patience = patience;
        this.own = own;
    }

    /**
     * Puts a container of {@code spec} in the place of {@code old}, and waits until it is well. When this returns, the
     * replacement is decided: what is left of the old one is for {@link #dropLast} to remove.
     */
    void replace(String name, JsonNode old, ContainerSpec spec, ContainerSpec former, String imageId) {
        String oldId = RefreshNames.id(old);
        boolean vanishes = old.path("HostConfig").path("AutoRemove").asBoolean();
        awaitFree(name + RefreshNames.LAST);
        awaitFree(name + RefreshNames.NEXT);
        if (vanishes) {
            create(name + RefreshNames.LAST, former.labelled(RefreshNames.labelsOfCopy(old)));
        }
        String newId = create(name + RefreshNames.NEXT, spec.labelled(RefreshNames.labelsOfNew(old)));
        if (!engine.get("/containers/" + newId + "/json").path("Image").asText().equals(imageId)) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "the tag of " + name + "'s image was moved in the engine meanwhile; try again");
        }
        quieten(old);
        step("/containers/" + oldId + "/stop");
        if (vanishes) {
            awaitFree(name);
        } else {
            rename(oldId, name + RefreshNames.LAST);
        }
        rename(newId, name);
        step("/containers/" + newId + "/start");
        watch(newId);
    }

    private String create(String name, ContainerSpec spec) {
        hold.check();
        ContainerSpec made = engine.connectsToAllAtOnce() ? spec.connectedAtOnce() : spec;
        String id = engine.create("/containers/create?name=" + EngineApi.encoded(name) + made.platform(), made.body())
                .path("Id")
                .asText();
        made.networks().forEach((network, endpoint) -> {
            hold.check();
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("Container", id);
            body.set("EndpointConfig", endpoint);
            engine.post("/networks/" + EngineApi.encoded(network) + "/connect", body);
        });
        return id;
    }

    /**
     * An engine that starts again would start a stopped container of this policy, beside the one that took its place.
     */
    private void quieten(JsonNode old) {
        if (old.path("HostConfig").path("RestartPolicy").path("Name").asText().equals("always")) {
            policy(RefreshNames.id(old), JsonNodeFactory.instance.objectNode().put("Name", "unless-stopped"));
        }
    }

    /** What was quietened gets the policy back that the new one was made with; before that one is removed. */
    private void unquieten(RefreshNames names, JsonNode old) {
        names.next()
                .or(names::base)
                .map(made -> made.path("HostConfig").path("RestartPolicy"))
                .filter(policy -> policy.path("Name").asText().equals("always"))
                .ifPresent(policy -> policy(RefreshNames.id(old), policy));
    }

    /** Podman 4 cannot change one, so it keeps it; and it starts such containers only where the machine starts. */
    private void policy(String id, JsonNode policy) {
        hold.check();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("RestartPolicy", policy);
        engine.settle("/containers/" + id + "/update", body);
    }

    /** Waits until a container that runs is well. */
    void watch(String id) {
        String started = "";
        long begin = System.nanoTime();
        while (true) {
            JsonNode container = engine.find("/containers/" + id + "/json")
                    .orElseThrow(() -> unhealthy("the new container has ended and vanished"));
            JsonNode state = container.path("State");
            String health = health(state);
            if (!state.path("Running").asBoolean() || state.path("Restarting").asBoolean()) {
                throw unhealthy("the new container ended with exit code "
                        + state.path("ExitCode").asInt() + " "
                        + state.path("Error").asText());
            }
            started = started.isEmpty() ? state.path("StartedAt").asText() : started;
            if (!started.equals(state.path("StartedAt").asText())
                    || container.path("RestartCount").asInt() > 0) {
                throw unhealthy("the new container ended and was started again");
            }
            Duration passed = Duration.ofNanos(System.nanoTime() - begin);
            boolean checked = !health.equals("none");
            if (health.equals("healthy") || (!checked && passed.compareTo(patience.settle()) >= 0)) {
                return;
            }
            if (health.equals("unhealthy") || (checked && passed.compareTo(patience.healthy()) >= 0)) {
                throw unhealthy("the new container is " + health + " by its own health check");
            }
            pause();
        }
    }

    /** Docker says {@code none} or nothing of a container that nobody checks, Podman an empty word. */
    private static String health(JsonNode state) {
        String told = state.path("Health").path("Status").asText("");
        return told.isBlank() ? "none" : told;
    }

    private static PermanentException unhealthy(String what) {
        return new PermanentException(Reason.UNHEALTHY, what + "; look at the image, the old one runs again");
    }

    private void pause() {
        engine.deadline().check("waiting until the new container is well");
        try {
            boolean never = new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            assert !never;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DockerCalls.interrupted("waiting until the new container is well", e);
        }
    }

    /**
     * Finishes or undoes what was begun with a name, whoever began it; does nothing where nothing was.
     *
     * @param keep whether a new container that runs already may stay if it is well; otherwise the old one comes back
     */
    void putInOrder(String name, boolean keep) {
        awaitStop(RefreshNames.look(engine, name));
        RefreshNames names = RefreshNames.look(engine, name);
        if (names.baseIsOld()) {
            names.next().ifPresent(this::drop);
            names.last().ifPresent(this::drop);
            names.base().ifPresent(this::start);
        } else if (names.last().isEmpty()) {
            withoutLast(names);
        } else if (names.lastIsGoing()) {
            // Whoever removes it had a new one that was well. This one can start no more.
            withoutLast(names);
            names.last().ifPresent(this::drop);
        } else if (names.base().isEmpty()) {
            bringBack(names);
        } else if (!names.baseIsNew()) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    name + " and " + name + RefreshNames.LAST
                            + " are both there and not by a refresh; remove or rename one");
        } else if (!keep || !isWell(names.base().get())) {
            bringBack(names);
        } else {
            dropLast(name);
        }
    }

    /**
     * What was told to stop before somebody died may still be at it, and cannot be told not to: who takes it for
     * running leaves nothing running, or, where it vanishes, nothing at all.
     */
    private void awaitStop(RefreshNames names) {
        if (names.next().isEmpty() || names.base().isEmpty() || (names.last().isPresent() && !names.baseIsOld())) {
            return;
        }
        JsonNode old = names.base().get();
        long patience = Duration.ofSeconds(
                        old.path("Config").path("StopTimeout").asLong(DEFAULT_STOP.toSeconds()))
                .plus(KILLED)
                .toNanos();
        long begin = System.nanoTime();
        boolean runs = true;
        while (runs && System.nanoTime() - begin < patience) {
            pause();
            runs = RefreshNames.named(engine, names.name())
                    .filter(RefreshNames::isUp)
                    .isPresent();
        }
        if (!runs && old.path("HostConfig").path("AutoRemove").asBoolean()) {
            awaitFree(names.name());
        }
    }

    /** The old one has its name still, or was removed by somebody: then the new one is better than none. */
    private void withoutLast(RefreshNames names) {
        if (names.next().isPresent() && names.base().isPresent()) {
            unquieten(names, names.base().get());
            drop(names.next().get());
            start(names.base().get());
        } else if (names.next().isPresent()) {
            rename(RefreshNames.id(names.next().get()), names.name());
            start(names.next().get());
        }
    }

    private boolean isWell(JsonNode container) {
        if (!RefreshNames.runs(container)) {
            return false;
        }
        try {
            watch(RefreshNames.id(container));
            return true;
        } catch (HoldfastException e) {
            if (e.reason() == Reason.UNHEALTHY) {
                return false;
            }
            throw e;
        }
    }

    private void bringBack(RefreshNames names) {
        JsonNode last = names.last().orElseThrow();
        names.base().ifPresent(base -> own.refuse(names.name(), base));
        unquieten(names, last);
        names.base().ifPresent(this::drop);
        names.next().ifPresent(this::drop);
        awaitFree(names.name());
        rename(RefreshNames.id(last), names.name());
        start(last);
    }

    /** Removes the old one, if it is there. */
    void dropLast(String name) {
        RefreshNames.named(engine, name + RefreshNames.LAST).ifPresent(this::drop);
    }

    private void drop(JsonNode container) {
        hold.check();
        engine.remove(RefreshNames.id(container));
    }

    /** Podman starts nothing that is still being stopped, and who died may have told it to stop only a moment ago. */
    private void start(JsonNode container) {
        long end = System.nanoTime() + FOR_A_NAME.toNanos();
        while (!isStarted("/containers/" + RefreshNames.id(container) + "/start", end)) {
            pause();
        }
    }

    private boolean isStarted(String path, long end) {
        try {
            step(path);
            return true;
        } catch (PermanentException e) {
            if (e.reason() != Reason.TARGET_UNUSABLE || System.nanoTime() - end > 0) {
                throw e;
            }
            return false;
        }
    }

    private void rename(String id, String name) {
        hold.check();
        engine.post(
                "/containers/" + id + "/rename?name=" + EngineApi.encoded(name), JsonNodeFactory.instance.objectNode());
    }

    private void step(String path) {
        hold.check();
        engine.settle(path);
    }

    /** A removal goes on after its call has returned. */
    private void awaitFree(String name) {
        long end = System.nanoTime() + FOR_A_NAME.toNanos();
        while (RefreshNames.named(engine, name).isPresent()) {
            if (System.nanoTime() - end > 0) {
                throw new TransientException(Reason.BUSY, name + " is still being removed; try again");
            }
            pause();
        }
    }
}
