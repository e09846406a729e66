package dev.holdfast.spi.fleet;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What may not be installed in a scope. Installs, updates, repairs from the source and rollbacks to it are refused with
 * {@link Reason#QUARANTINED}; what runs it already stays as it is. One of a revision alone, for the fleet, forbids the
 * digest of an image too.
 *
 * @param id the store's number for it, ascending
 * @param content what may not be installed
 * @param scope where
 * @param reason why, for people; at most 2000 characters are kept
 * @param actor who declared it
 * @param since since when, by the store's clock
 * @param until when it ends or ended; empty for not until somebody lifts it
 * @param rollout the rollout that declared it when it halted
 */
public record Quarantine(
        long id,
        Content content,
        Scope scope,
        String reason,
        String actor,
        Instant since,
        Optional<Instant> until,
        OptionalLong rollout) {

    /**
     * A revision, all of a source, or a revision of one source only.
     *
     * @param source as {@link Source#base()} names it; empty for any
     * @param revision empty for any
     */
    public record Content(Optional<String> source, Optional<Revision> revision) {

        /** Refuses one that means everything. */
        public Content {
            if (source.isEmpty() && revision.isEmpty()) {
                throw PermanentException.invalid("quarantine", "", "name a source, a revision, or both");
            }
        }

        /** Returns a revision, wherever it comes from. */
        public static Content revision(Revision revision) {
            return new Content(Optional.empty(), Optional.of(revision));
        }

        /** Returns all of a source; its ref does not count. */
        public static Content source(Source source) {
            return new Content(Optional.of(source.base()), Optional.empty());
        }

        /** Returns one revision of one source. */
        public static Content of(Source source, Revision revision) {
            return new Content(Optional.of(source.base()), Optional.of(revision));
        }

        /** Returns whether that revision of that source is meant. */
        public boolean means(Source from, Revision wanted) {
            return source.map(from.base()::equals).orElse(true)
                    && revision.map(wanted::equals).orElse(true);
        }

        @Override
        public String toString() {
            return revision.map(value -> "revision " + value.abbreviated()
                            + source.map(of -> " of " + of).orElse(""))
                    .orElseGet(() -> "source " + source.orElse(""));
        }
    }

    /** Returns whether it is in force at that time. */
    public boolean isActive(Instant at) {
        return until.filter(end -> !end.isAfter(at)).isEmpty();
    }

    /** Returns whether that may not be installed there, in time and out of it. */
    public boolean concerns(Source source, Revision revision, InstallKey key, Labels labels) {
        return content.means(source, revision) && scope.covers(key, labels);
    }

    /** Returns what a caller gets who tries it nevertheless. */
    public PermanentException refusal(InstallKey key) {
        return refusal(key.toString());
    }

    /**
     * Returns what a caller gets who tries it nevertheless.
     *
     * @param what an install, or an image at a site, as people call it
     */
    public PermanentException refusal(String what) {
        return new PermanentException(
                Reason.QUARANTINED,
                content + " is in quarantine " + id + " (" + scope + ") since " + since + ", by " + actor + ": "
                        + reason
                        + "; '" + what + "' stays as it is until somebody lifts that"
                        + until.map(end -> ", or until " + end).orElse(""));
    }

    /**
     * What to declare.
     *
     * @param content what may not be installed
     * @param scope where
     * @param reason why, for people; not blank
     * @param actor who declares it
     * @param until when it ends by itself; empty for never
     */
    public record Declaration(Content content, Scope scope, String reason, String actor, Optional<Instant> until) {

        /** Refuses one without a reason. */
        public Declaration {
            if (reason.isBlank()) {
                throw PermanentException.invalid("quarantine", content.toString(), "say why");
            }
        }

        /** Returns one for the whole fleet and without an end. */
        public static Declaration of(Content content, String reason, String actor) {
            return new Declaration(content, Scope.fleet(), reason, actor, Optional.empty());
        }

        /** Returns the same in a scope. */
        public Declaration in(Scope where) {
            return new Declaration(content, where, reason, actor, until);
        }

        /** Returns the same, ending by itself. */
        public Declaration until(Instant end) {
            return new Declaration(content, scope, reason, actor, Optional.of(end));
        }
    }
}
