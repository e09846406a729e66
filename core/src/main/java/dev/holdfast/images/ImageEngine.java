package dev.holdfast.images;

import dev.holdfast.Explanation.Code;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Scope;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.WatchedImage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The parts and settings of an image watcher, checked once by its builder and then handed to everything inside. */
record ImageEngine(Parts parts, Rules rules, Events events, Workers workers) {

    /**
     * Whom it works with.
     *
     * @param fleet plans and quarantines; empty where the host gave none
     */
    record Parts(ImageDigests digests, ImageGuard refresher, ImageLedger ledger, Optional<FleetStore> fleet) {}

    /** What the host has set. */
    record Rules(String node, Clock clock, Times times, Predicate<RunningContainer> watched, Policing policing) {}

    /**
     * How long things may take.
     *
     * @param ask asking a registry about one image, or the runtime for its list
     * @param refresh replacing one container
     * @param lease silence of a node until another goes on
     */
    record Times(Duration ask, Duration refresh, Duration lease) {}

    /**
     * Who decides.
     *
     * @param standard for images that have no policy of their own
     */
    record Policing(UpdatePolicy standard, Map<ImageReference, UpdatePolicy> own) {

        UpdatePolicy of(ImageReference image) {
            return own.getOrDefault(image, standard);
        }

        /** Refuses policies that go by versions, and such as name a plan where nobody keeps plans. */
        void check(boolean keepsPlans) {
            Stream.concat(Stream.of(standard), own.values().stream()).forEach(rule -> {
                if (rule.level() == Level.PATCH || rule.level() == Level.MINOR) {
                    throw PermanentException.invalid(
                            "policy of images", rule.toString(), "digests have no versions; write manual or auto:any");
                }
                if (rule.plan().isPresent() && !keepsPlans) {
                    throw PermanentException.invalid(
                            "policy of images", rule.toString(), "a plan needs the fleet(...) in which it is kept");
                }
            });
        }
    }

    ImageLedger ledger() {
        return parts.ledger();
    }

    private Optional<NamedPlan> plan(ImageReference image) {
        return rules.policing()
                .of(image)
                .plan()
                .flatMap(name -> parts.fleet()
                        .flatMap(fleet -> fleet.plans().find(name))
                        .map(plan -> new NamedPlan(name, plan)));
    }

    /**
     * Returns the rings by which a digest comes: those that it began with, or the beginning of those that the image's
     * policy names; empty if it names none.
     *
     * @throws PermanentException if nobody has set the plan that it names
     */
    Optional<ImageRings> rings(ImageReference image, ImageDigest digest, Optional<ImageRollout> known) {
        Optional<ImageRings> begun =
                known.filter(rollout -> rollout.digest().equals(digest)).map(ImageRings::new);
        return begun.isPresent()
                ? begun
                : rules.policing()
                        .of(image)
                        .plan()
                        .map(name -> ImageRings.begun(
                                plan(image)
                                        .orElseThrow(() -> new PermanentException(
                                                Reason.CONFLICT,
                                                "nobody has set the rollout plan '" + name + "'; set it")),
                                digest,
                                rules.clock().instant()));
    }

    /** Returns what forbids a digest on every site. */
    Optional<Quarantine> quarantine(Revision digest) {
        return parts.fleet().stream()
                .flatMap(fleet -> fleet.quarantines().active().stream())
                .filter(found -> found.scope() instanceof Scope.Fleet)
                .filter(found -> found.content().equals(Quarantine.Content.revision(digest)))
                .findFirst();
    }

    /**
     * Refuses a digest that is in quarantine.
     *
     * @throws PermanentException with {@link dev.holdfast.spi.Reason#QUARANTINED}
     */
    void checkQuarantine(WatchedImage key, Revision digest) {
        quarantine(digest).ifPresent(found -> {
            throw found.refusal(key.toString());
        });
    }

    /** Returns why the loop does not begin with an update; what rings say to it is another question. */
    Optional<PolicyHold> hold(ImageReference image, Update update) {
        return PolicyHold.of(rules.policing().of(image), update, rules.clock().instant())
                .or(() -> quarantine(update.to())
                        .flatMap(found -> PolicyHold.forGood(
                                Code.QUARANTINED,
                                String.valueOf(found.refusal(image.toString()).getMessage()))))
                .or(() -> rules.policing()
                        .of(image)
                        .plan()
                        .filter(name -> plan(image).isEmpty())
                        .flatMap(name -> PolicyHold.withoutPlan(name, update)));
    }

    Times times() {
        return rules.times();
    }

    /** Refuses a digest that the host's image trust policy does not take, before anything is begun. */
    void checkTrust(WatchedImage key, ImageDigest digest, ImageCaller caller) {
        Deadline deadline = Deadline.after(times().ask());
        String what = "looking at the signatures of " + key.image();
        workers.within(deadline, what, () -> {
            Contained.run(what, () -> parts.refresher().check(key, digest, caller, deadline));
            return key;
        });
    }

    String site() {
        Deadline deadline = Deadline.after(times().ask());
        return workers.within(
                deadline,
                "asking the runtime who it is",
                () -> Contained.get("the runtime", () -> parts.refresher().site(deadline)));
    }

    /** Returns the containers that are watched. */
    List<RunningContainer> running() {
        Deadline deadline = Deadline.after(times().ask());
        List<RunningContainer> all = workers.within(
                deadline,
                "listing containers",
                () -> Contained.get(
                        "listing containers", () -> parts.refresher().running(deadline)));
        return all.stream().filter(rules.watched()).toList();
    }

    /** Returns those of one image. */
    List<RunningContainer> running(ImageReference image) {
        return running().stream()
                .filter(container -> container.image().equals(image))
                .toList();
    }
}
