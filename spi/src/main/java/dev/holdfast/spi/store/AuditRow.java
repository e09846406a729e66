package dev.holdfast.spi.store;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An audit entry as a store gives it back, column by column: what a seal covers. Nothing of it is interpreted, so an
 * entry that somebody has made unreadable is still one.
 *
 * @param id the store's number for it
 * @param at when, by the store's clock
 * @param texts actor, action, workspace, plugin, site, image, revision before, revision after, outcome; empty where the
 *     column is
 */
public record AuditRow(long id, Instant at, List<Optional<String>> texts) {

    /** Copies the list. */
    public AuditRow {
        texts = List.copyOf(texts);
    }

    /** Returns the row of an entry, for stores that keep entries as they are. */
    public static AuditRow of(AuditEntry entry) {
        Optional<WatchedImage> image = entry.subject()
                .map(Subject.class::cast)
                .flatMap(about -> about instanceof ImageSubject own ? Optional.of(own.key()) : Optional.empty());
        return new AuditRow(
                entry.id(),
                entry.at(),
                List.of(
                        Optional.of(entry.actor()),
                        Optional.of(entry.action()),
                        entry.key().map(key -> key.workspace().value()),
                        entry.key().map(InstallKey::plugin).map(Object::toString),
                        image.map(WatchedImage::site),
                        image.map(watched -> watched.image().toString()),
                        entry.from().map(Revision::value),
                        entry.to().map(Revision::value),
                        Optional.of(entry.outcome())));
    }
}
