package dev.holdfast.images;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation;
import dev.holdfast.Health;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.ImageUpdates;
import dev.holdfast.Tracing;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.internal.Durations;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.ImageSignatures;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.trust.ImageTrustPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces containers when the tag that they were made of moves. Off unless a host builds one and starts it, and then
 * only for the images that the host names or whose containers carry its label.
 *
 * <p>A container is stale when it runs neither the digest at which its tag stands nor what that digest holds for its
 * platform. The runtime's own word on what runs is compared, so a move while nothing watched is seen, what is current
 * is never touched, and a new image for another platform only is none. Where the runtime cannot tell, the first sight
 * only seeds, and moves count from then on.
 *
 * <p>Each image is asked for, replaced and recorded by itself: one that fails, or whose registry is slow or wants to be
 * left alone, keeps no other from its turn. It backs off after each failure. What is recorded as put to work advances
 * only after the runtime has said that it runs. Any number of nodes may watch the same containers: the ledger lets one
 * at a time do the work, and another goes on where that one dies.
 *
 * <p>Safe for use by several threads. The loop that {@link #start()} starts calls {@link #check()} and nothing else.
 */
public final class ImageWatcher implements ImageUpdates, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ImageWatcher.class);

    private final Set<ImageReference> named;
    private final ImageLoop loop;
    private final ImageEngine engine;
    private final ImageStaleness standing;
    private final ImageAttempts attempts;
    private final ImageCheck look;
    private final ImagePull pull;

    private ImageWatcher(Builder settings, ImageEngine engine) {
        this.named = Set.copyOf(settings.images);
        this.loop = new ImageLoop(settings.every, settings.clock);
        this.engine = engine;
        this.standing = new ImageStaleness(engine);
        this.attempts = new ImageAttempts(engine, standing);
        this.look = new ImageCheck(engine, standing, attempts);
        this.pull = new ImagePull(engine, standing, attempts);
    }

    /** Returns a builder without any parts. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts the loop: one look at once, then one at each interval. Starting twice does nothing.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public void start() {
        loop.start(() -> LOG.debug("{}", check()));
    }

    @Override
    public Optional<Health.Loop> loop() {
        return loop.state();
    }

    /**
     * Looks once at every watched image and replaces what is stale, at most four images of one registry at one time.
     *
     * @return what was found and done; an image that failed is in it, and no exception
     * @throws dev.holdfast.spi.TransientException if the runtime could not say what runs; nothing was changed
     * @throws PermanentException if it refuses to say
     */
    public ImageReport check() {
        Map<WatchedImage, List<RunningContainer>> watched = watched();
        standing.keep(watched.keySet());
        ImageReport report =
                ImageRound.of(engine, watched, (key, containers) -> look.look(key, containers, ImageCaller.LOOP));
        engine.events().tell(new HoldfastEvent.ImagesChecked(report));
        return report;
    }

    /**
     * Refreshes chosen images now, whatever their policies, cooldowns, windows and waiting times say. Does what
     * {@link #check} does, in {@code actor}'s name and audited; it may be called while the loop runs. An image at which
     * somebody is at this moment is {@code WAITING}, and one whose digest was dismissed {@code DECLINED}.
     *
     * @param images each that this watches; any other is {@code UNUSED}
     * @return what became of each; an image that failed is in it, and no exception
     * @throws dev.holdfast.spi.TransientException as {@link #check}
     * @throws PermanentException as {@link #check}
     */
    public ImageReport refresh(Collection<ImageReference> images, String actor) {
        ImageCaller caller = ImageCaller.operator(actor);
        return ImageRound.of(engine, chosen(images), (key, containers) -> look.look(key, containers, caller));
    }

    /**
     * Pulls chosen images now and replaces no container: what is made from their tags from now on runs them, and the
     * loop finds stale containers as before. Audited.
     *
     * @param images each that this watches, also one that was named and that no container runs; any other is
     *     {@code UNUSED}
     * @return what became of each: {@code PULLED}, {@code CURRENT}, {@code WAITING} while somebody is at it, or
     *     {@code FAILED}
     * @throws dev.holdfast.spi.TransientException as {@link #check}
     * @throws PermanentException as {@link #check}
     */
    public ImageReport pull(Collection<ImageReference> images, String actor) {
        ImageCaller caller = ImageCaller.operator(actor);
        return ImageRound.of(
                engine,
                chosen(images),
                (key, containers) -> named.contains(key.image()) || !containers.isEmpty()
                        ? pull.pull(key, containers, caller)
                        : Item.of(key.image(), ImageReport.Outcome.UNUSED, 0));
    }

    private Map<WatchedImage, List<RunningContainer>> watched() {
        String site = engine.site();
        Map<WatchedImage, List<RunningContainer>> watched = new HashMap<>();
        named.forEach(image -> watched.put(new WatchedImage(site, image), new ArrayList<>()));
        for (RunningContainer container : engine.running()) {
            watched.computeIfAbsent(new WatchedImage(site, container.image()), key -> new ArrayList<>())
                    .add(container);
        }
        return watched;
    }

    private Map<WatchedImage, List<RunningContainer>> chosen(Collection<ImageReference> images) {
        String site = engine.site();
        Map<WatchedImage, List<RunningContainer>> all = watched();
        return images.stream()
                .distinct()
                .map(image -> new WatchedImage(site, image))
                .collect(Collectors.toMap(key -> key, key -> all.getOrDefault(key, List.of())));
    }

    /**
     * Says why an image's containers run what they run, and when something can happen next. Asks the runtime who it is,
     * and no registry.
     */
    public Explanation explain(ImageReference image) {
        return new ImageExplainer(engine, standing, new WatchedImage(engine.site(), image)).explain();
    }

    @Override
    public ApplyResult apply(UpdateStore updates, Update update, WatchedImage key, String actor) {
        return new ImageApply(engine, attempts, updates).apply(update, key, actor);
    }

    /**
     * Stops the loop and waits a bounded time for what is under way. Registries, runtime and ledger stay open. May be
     * called twice, and from any thread.
     */
    @Override
    public void close() {
        loop.close();
        engine.workers().close();
    }

    /** What a host gives and sets. */
    public static final class Builder {

        private final Set<ImageReference> images = new HashSet<>();
        private final Set<HoldfastListener> listeners = new LinkedHashSet<>();
        private final Map<ImageReference, UpdatePolicy> policies = new HashMap<>();
        private Optional<Executor> executor = Optional.empty();
        private Optional<Tracing> tracing = Optional.empty();
        private UpdatePolicy policy = UpdatePolicy.auto(Level.ANY);
        private Optional<Label> label = Optional.empty();
        private Optional<String> node = Optional.empty();
        private Optional<BiFunction<ImageDigests, Clock, ImageGuard.Rules>> trust = Optional.empty();
        private Clock clock = Clock.systemUTC();
        private Duration every = Duration.ofMinutes(5);
        private Duration ask = Duration.ofSeconds(30);
        private Duration refresh = Duration.ofMinutes(10);
        private Duration lease = Duration.ofMinutes(2);

        @Nullable private ImageDigests digests;

        @Nullable private ImageRefresher refresher;

        @Nullable private ImageLedger ledger;

        @Nullable private FleetStore fleet;

        private Builder() {}

        /** Sets what asks registries; needed. */
        public Builder digests(ImageDigests given) {
            digests = given;
            return this;
        }

        /** Sets what lists and recreates the containers; needed. */
        public Builder refresher(ImageRefresher given) {
            refresher = given;
            return this;
        }

        /** Sets where attempts are recorded; needed. Nodes that watch the same containers share it. */
        public Builder ledger(ImageLedger given) {
            ledger = given;
            return this;
        }

        /**
         * Sets what must be proved of an image before it is pulled or a container replaced; nothing if it is not set.
         * What {@link #digests} asks shows the signatures if it is {@link ImageSignatures}, as the registry client of
         * {@code holdfast-docker-delivery} is; otherwise every rule refuses.
         *
         * @param audit where it is recorded what was verified and what refused: that of the store
         */
        public Builder trust(ImageTrustPolicy policy, AuditLog audit) {
            trust = Optional.of((asked, time) -> ImageGuard.Rules.of(policy, asked, time, audit));
            return this;
        }

        /**
         * Sets where plans and quarantines are kept; {@code Holdfast.builder().images(...)} gives its own store's. A
         * policy that names a plan needs it: containers are replaced ring by ring then. What is in quarantine for the
         * fleet is neither pulled nor run, whoever wants it.
         */
        public Builder fleet(FleetStore given) {
            fleet = given;
            return this;
        }

        /** Watches this image: containers made of exactly this tag. */
        public Builder image(ImageReference image) {
            images.add(image);
            return this;
        }

        /** Watches the images of containers that carry this label, with whatever value. */
        public Builder label(String key) {
            label = Optional.of(new Label(key, Optional.empty()));
            return this;
        }

        /** Watches the images of containers that carry this label with this value. */
        public Builder label(String key, String value) {
            label = Optional.of(new Label(key, Optional.of(value)));
            return this;
        }

        /**
         * Sets who decides, and when, on images that have no policy of their own; {@code auto:any} if it is not set:
         * what moves is refreshed. With {@link UpdatePolicy#manual()} each digest waits in the queue of updates for an
         * operator; cooldown and windows hold as for plugins. Digests have no versions, so a policy that goes by them
         * is refused.
         */
        public Builder policy(UpdatePolicy rule) {
            policy = rule;
            return this;
        }

        /** As {@link #policy(UpdatePolicy)}, for this image alone. */
        public Builder policy(ImageReference image, UpdatePolicy rule) {
            policies.put(image, rule);
            return this;
        }

        /** Sets the time between two looks, at least a second; default 5 minutes. */
        public Builder every(Duration interval) {
            every = interval;
            return this;
        }

        /** Sets how long a registry has to answer about one image, and the runtime to list; default 30 seconds. */
        public Builder askWithin(Duration longest) {
            ask = longest;
            return this;
        }

        /** Sets how long replacing one container may take, pulling included; default 10 minutes. */
        public Builder refreshWithin(Duration longest) {
            refresh = longest;
            return this;
        }

        /**
         * Sets how long without a heartbeat before another node takes over an image, at least a second; default 2
         * minutes.
         */
        public Builder lease(Duration silence) {
            lease = silence;
            return this;
        }

        /**
         * Sets this node's name, unique among those that share the ledger; a random one for each that is built if it is
         * not set.
         */
        public Builder node(String name) {
            node = Optional.of(name);
            return this;
        }

        /** Adds a listener; adding it twice does nothing more. */
        public Builder listener(HoldfastListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Sets the clock by which images that could not be asked for wait. */
        public Builder clock(Clock time) {
            clock = time;
            return this;
        }

        /** Sets what asks registries and refreshes; as {@link dev.holdfast.HoldfastBuilder#executor}. */
        public Builder executor(Executor threads) {
            executor = Optional.of(threads);
            return this;
        }

        /** Sets who follows refreshes; as {@link dev.holdfast.HoldfastBuilder#tracing}. */
        public Builder tracing(Tracing follows) {
            tracing = Optional.of(follows);
            return this;
        }

        /**
         * Returns the watcher. Nothing is asked and no thread is started yet.
         *
         * @throws PermanentException if a part is missing, nothing is to be watched, or a setting is out of bounds
         */
        public ImageWatcher build() {
            if (images.isEmpty() && label.isEmpty()) {
                throw PermanentException.invalid("image watcher", "", "name images, or a label, to watch");
            }
            Durations.checkedInterval("every of images", every);
            Durations.checkedInterval("lease of images", lease);
            Durations.positive("ask of images", ask);
            Durations.positive("refresh of images", refresh);
            ImageEngine.Policing policing = new ImageEngine.Policing(policy, Map.copyOf(policies));
            policing.check(fleet != null);
            ImageDigests registries = given("digests", digests);
            Events events = new Events(List.copyOf(listeners));
            Optional<ImageGuard.Rules> trusted = trust.map(rule -> rule.apply(registries, clock));
            ImageEngine.Parts parts = new ImageEngine.Parts(
                    registries,
                    new ImageGuard(given("refresher", refresher), trusted, events, clock),
                    given("ledger", ledger),
                    Optional.ofNullable(fleet));
            Set<ImageReference> named = Set.copyOf(images);
            Optional<Label> worn = label;
            ImageEngine.Rules rules = new ImageEngine.Rules(
                    // Two watchers of one builder are two nodes.
                    node.orElseGet(() -> "node-" + UUID.randomUUID()),
                    clock,
                    new ImageEngine.Times(ask, refresh, lease),
                    container -> named.contains(container.image())
                            || worn.filter(known -> known.isWorn(container.labels()))
                                    .isPresent(),
                    policing);
            return new ImageWatcher(this, new ImageEngine(parts, rules, events, Workers.on(executor, tracing)));
        }

        private static <T> T given(String name, @Nullable T part) {
            if (part == null) {
                throw PermanentException.invalid("image watcher", "", "give it its " + name);
            }
            return part;
        }
    }
}
