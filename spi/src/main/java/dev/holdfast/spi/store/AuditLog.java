package dev.holdfast.spi.store;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.WorkspaceId;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of decisions and changes: append-only. Entries about operations and queue decisions are written by the store
 * in the transaction that makes them true; {@link #append} is for what has no transaction of its own.
 */
public interface AuditLog {

    /** Writes an entry; {@link AuditEntry#id()} and {@link AuditEntry#at()} are the store's, whatever the argument says. */
    void append(AuditEntry entry);

    /** Writes an entry and takes it back in one transaction: throws what would keep any decision from being written now. */
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

        /** Returns one to append that is about no install, no image and no revision; the store gives it number and time. */
        public static AuditEntry of(String actor, String action, String outcome) {
            return new AuditEntry(
                    0, Instant.EPOCH, actor, action, Optional.empty(), Optional.empty(), Optional.empty(), outcome);
        }

        /** Returns the install it is about; empty if it is about something else. */
        public Optional<InstallKey> key() {
            return subject.flatMap(
                    about -> about instanceof PluginSubject plugin ? Optional.of(plugin.key()) : Optional.empty());
        }
    }
}
