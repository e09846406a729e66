package dev.holdfast.spi.store;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Scope;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The record of decisions and changes: append-only. Entries about operations and queue decisions are written by the
 * store in the transaction that makes them true; {@link #append} is for what has no transaction of its own.
 */
public interface AuditLog {

    /**
     * Writes an entry; {@link AuditEntry#id()} and {@link AuditEntry#at()} are the store's, whatever the argument says.
     */
    void append(AuditEntry entry);

    /**
     * Writes an entry and takes it back in one transaction: throws what would keep any decision from being written now.
     */
    void tryAppend();

    /** Lists all entries, newest (highest id) first. */
    Page<AuditEntry> list(Page.Request page);

    /** Lists the entries about plugins of one workspace, newest (highest id) first. */
    Page<AuditEntry> list(WorkspaceId workspace, Page.Request page);

    /**
     * One decision or change.
     *
     * @param id the store's number for it, ascending
     * @param at when, by the store's clock
     * @param actor who
     * @param action what, in lower case with dashes: {@code install}, {@code dismiss}, {@code source-refused}
     * @param subject the install or the image it is about
     * @param from the revision before
     * @param to the revision after, or the one that was decided on
     * @param outcome how it ended, for people
     */
    record AuditEntry(
            long id,
            Instant at,
            String actor,
            String action,
            Optional<? extends Subject> subject,
            Optional<Revision> from,
            Optional<Revision> to,
            String outcome) {

        /**
         * Returns one to append that is about no install, no image and no revision; the store gives it number and time.
         */
        public static AuditEntry of(String actor, String action, String outcome) {
            return new AuditEntry(
                    0, Instant.EPOCH, actor, action, Optional.empty(), Optional.empty(), Optional.empty(), outcome);
        }

        /**
         * Returns one to append: how an operation ended.
         *
         * @param actor who ended it
         * @param note why, for people; may be blank
         */
        public static AuditEntry ended(Operation operation, Outcome outcome, String actor, String note) {
            String action = operation.kind().name().toLowerCase(Locale.ROOT);
            return of(actor, action, noted(outcome.name().toLowerCase(Locale.ROOT), note))
                    .about(operation);
        }

        /**
         * Returns one to append: what becomes of a quarantine.
         *
         * @param note why, for people; may be blank
         */
        public static AuditEntry of(Quarantine quarantine, String actor, String action, String note) {
            String what =
                    "quarantine " + quarantine.id() + " of " + quarantine.content() + " (" + quarantine.scope() + ")";
            AuditEntry entry = of(actor, action, noted(what, note));
            AuditEntry about = quarantine.scope() instanceof Scope.One one ? entry.about(one.key()) : entry;
            return quarantine.content().revision().map(about::to).orElse(about);
        }

        /**
         * Returns one to append: what becomes of a rollout.
         *
         * @param note why, for people; may be blank
         */
        public static AuditEntry of(Rollout rollout, String actor, String action, String note) {
            return of(actor, action, noted(rollout.toString(), note))
                    .to(rollout.goal().revision());
        }

        private static String noted(String what, String note) {
            return note.isBlank() ? what : what + ": " + note;
        }

        /** Returns the same about something. */
        public AuditEntry about(Subject what) {
            return new AuditEntry(id, at, actor, action, Optional.of(what), from, to, outcome);
        }

        /** Returns the same about an install. */
        public AuditEntry about(InstallKey key) {
            return about(new PluginSubject(key));
        }

        /** Returns the same about an operation: its install, and the revisions it goes from and to. */
        public AuditEntry about(Operation operation) {
            return new AuditEntry(
                    id,
                    at,
                    actor,
                    action,
                    Optional.of(new PluginSubject(operation.key())),
                    operation.from(),
                    operation.goal().map(Operation.Goal::revision),
                    outcome);
        }

        /** Returns the same about an update: its subject, and the revisions it goes from and to. */
        public AuditEntry about(Update update) {
            return about(update.subject()).from(update.from()).to(update.to());
        }

        /** Returns the same with the revision before. */
        public AuditEntry from(Revision before) {
            return new AuditEntry(id, at, actor, action, subject, Optional.of(before), to, outcome);
        }

        /** Returns the same with the revision after. */
        public AuditEntry to(Revision after) {
            return new AuditEntry(id, at, actor, action, subject, from, Optional.of(after), outcome);
        }

        /** Returns the install it is about; empty if it is about something else. */
        public Optional<InstallKey> key() {
            return subject.flatMap(
                    about -> about instanceof PluginSubject plugin ? Optional.of(plugin.key()) : Optional.empty());
        }
    }
}
