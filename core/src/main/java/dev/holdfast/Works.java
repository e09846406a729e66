package dev.holdfast;

import dev.holdfast.Work.Running;
import dev.holdfast.release.Incumbent;
import dev.holdfast.release.ReleaseOwner;
import dev.holdfast.release.Staging;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.TrustSubject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds of work an operation can do on a target. */
final class Works {

    private final Engine engine;
    private final LiveOwner owner;

    Works(Engine engine) {
        this.engine = engine;
        this.owner = new LiveOwner(engine);
    }

    /**
     * Fetches the goal's revision from its source and makes it live.
     *
     * @param recorded what was found recorded once the operation was open; nobody changes it before that ends
     * @param asked as in {@link LiveOwner#check}
     */
    Work delivery(Optional<Install> recorded, Deadline deadline, Progress progress, boolean asked) {
        return new Delivery(recorded, deadline, progress, asked, System.nanoTime());
    }

    /**
     * As {@link #delivery} of an update.
     *
     * @param opened when its operation was opened and its lease taken, by {@link System#nanoTime}
     */
    Work update(Install recorded, Deadline deadline, Progress progress, long opened) {
        return new Delivery(Optional.of(recorded), deadline, progress, false, opened);
    }

    /**
     * Makes a release that is still on the target live again.
     *
     * @param asked as in {@link LiveOwner#check}
     */
    Work flip(Release release, boolean asked) {
        return committing(running -> {
            Operation operation = running.operation();
            if (operation.kind() == Operation.Kind.ROLLBACK) {
                // A repair has read every file of it just before.
                new Releases(engine).requireUnchanged(running.session(), operation.key(), release.stamp());
            }
            engine.installer()
                    .flip(
                            running.session(),
                            operation.key().plugin(),
                            release.stamp(),
                            operation.epoch(),
                            live -> owner.check(operation, running.session(), live, asked));
            return Optional.of(installed(operation, release));
        });
    }

    /** Takes the plugin away. */
    Work removal() {
        return committing(running -> {
            owner.remove(running.operation(), running.session());
            return Optional.empty();
        });
    }

    /** Leaves the target as it is and records another origin for what is live. */
    Work relabelling(Release release) {
        return committing(running -> Optional.of(installed(running.operation(), release)));
    }

    /** Work that has nothing to prepare. */
    private static Work committing(Function<Running, Optional<Install>> commit) {
        return new Work() {
            @Override
            public void prepare(Running running) {}

            @Override
            public Optional<Install> commit(Running running) {
                return commit.apply(running);
            }
        };
    }

    /**
     * Does {@code work} only if what is recorded is still {@code install}: another node may have changed it since we
     * looked.
     */
    Work onlyWhile(Install install, Work work) {
        return new Work() {
            @Override
            public void prepare(Running running) {
                if (!new Conflicts(engine.store().installs()).isStill(install.key(), Optional.of(install))) {
                    throw new TransientException(
                            Reason.CONFLICT,
                            "'" + install.key() + "' was changed by somebody else meanwhile; look at it again");
                }
                work.prepare(running);
            }

            @Override
            public Optional<Install> commit(Running running) {
                return work.commit(running);
            }
        };
    }

    /** What is recorded when the goal is live. */
    static Install installed(Operation operation, Release release) {
        return Install.delivered(
                operation.key(),
                operation.address(),
                operation.goal().orElseThrow().origin(),
                release);
    }

    /** What an operation delivers, as the trust policy is asked about it. */
    private static TrustSubject subject(Operation operation) {
        Goal goal = operation.goal().orElseThrow();
        return new TrustSubject(operation.key(), goal.origin(), goal.revision(), goal.version(), operation.actor());
    }

    /** What is installed. */
    static TrustSubject subject(Install install, String actor) {
        return new TrustSubject(
                install.key(),
                install.origin(),
                install.revision(),
                install.release().version(),
                actor);
    }

    /** What an update would deliver. */
    static TrustSubject subject(Install install, Update update, String actor) {
        return new TrustSubject(install.key(), install.origin(), update.to(), update.version(), actor);
    }

    private final class Delivery implements Work {

        private final Optional<Install> recorded;
        private final Deadline deadline;
        private final Progress progress;
        private final boolean asked;
        private final long began;

        @Nullable private Release staged;

        Delivery(Optional<Install> recorded, Deadline deadline, Progress progress, boolean asked, long began) {
            this.recorded = recorded;
            this.deadline = deadline;
            this.progress = progress;
            this.asked = asked;
            this.began = began;
        }

        @Override
        public void prepare(Running running) {
            Operation operation = running.operation();
            Goal goal = operation.goal().orElseThrow();
            Staging staging = new Staging(
                    operation.key().plugin(),
                    goal.origin().source().toString(),
                    goal.revision(),
                    goal.version(),
                    goal.stamp(),
                    operation.epoch(),
                    Optional.of(new ReleaseOwner(operation.key().workspace(), operation.address())));
            TrustSubject subject = subject(operation);
            Optional<Verified> verified = engine.trust().confirm(subject, deadline);
            try (Bundle bundle = fetched(goal)) {
                engine.trust().admit(subject, verified, bundle, deadline);
                Duration young = third(running.lease()).minus(Duration.ofNanos(System.nanoTime() - began));
                if (young.isNegative()) {
                    running.advance(Phase.OPENED);
                }
                Staging over = base(operation).map(staging::over).orElse(staging);
                Progress kept = keepingTheLease(running, young.isNegative() ? third(running.lease()) : young);
                staged = engine.traced(
                        Tracing.Kind.STAGE,
                        operation.key(),
                        () -> engine.installer().stage(running.session(), over, bundle, kept));
            }
        }

        /** A repair delivers all of it anew: what it would take may be what is damaged. */
        private Optional<Stamp> base(Operation operation) {
            return engine.installer().reusing().isOff() || operation.kind() == Operation.Kind.REPAIR
                    ? Optional.empty()
                    : recorded(operation);
        }

        /** What is recorded where the operation delivers. */
        private Optional<Stamp> recorded(Operation operation) {
            return recorded.filter(install -> install.destination().equals(operation.destination()))
                    .map(install -> install.release().stamp());
        }

        private boolean isRecorded(Stamp live) {
            return recorded.map(install -> install.release().stamp()).equals(Optional.of(live));
        }

        /** A resolver knows the revision alone; a person looks for the tag. */
        private Bundle fetched(Goal goal) {
            try {
                return engine.traced(
                        Tracing.Kind.FETCH,
                        goal.origin().upstream(),
                        () -> engine.resolvers().fetch(goal.origin().source(), goal.revision(), deadline));
            } catch (PermanentException e) {
                if (e.reason() != Reason.REVISION_NOT_FOUND || goal.version().isEmpty()) {
                    throw e;
                }
                throw new PermanentException(
                        e.reason(), "version " + goal.version().get() + ": " + e.getMessage(), e);
            }
        }

        @Override
        public Optional<Install> commit(Running running) {
            Operation operation = running.operation();
            PluginName plugin = operation.key().plugin();
            Release release = java.util.Objects.requireNonNull(staged);
            engine.installer().swap(running.session(), plugin, release.stamp(), operation.epoch(), incumbent(running));
            return Optional.of(installed(operation, release));
        }

        private Incumbent incumbent(Running running) {
            return new Incumbent() {
                @Override
                public Optional<Stamp> expected() {
                    return recorded(running.operation());
                }

                @Override
                public void replace(Stamp live) {
                    if (!isRecorded(live)) {
                        owner.check(running.operation(), running.session(), live, asked);
                    }
                }
            };
        }

        /** A long upload extends the lease as it advances; one that stalls loses it, and is fenced. */
        private Progress keepingTheLease(Running running, Duration first) {
            Deadline[] next = {Deadline.after(first)};
            return (entries, bytes) -> {
                if (next[0].hasPassed()) {
                    running.advance(Phase.OPENED);
                    next[0] = Deadline.after(third(running.lease()));
                }
                progress.advanced(entries, bytes);
            };
        }

        private Duration third(Duration lease) {
            return lease.dividedBy(3);
        }
    }
}
