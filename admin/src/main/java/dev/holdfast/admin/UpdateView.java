package dev.holdfast.admin;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An update in JSON: of a plugin in a workspace, or of an image. */
record UpdateView(
        long id,
        @Nullable String workspace,
        @Nullable String plugin,
        @Nullable String image,
        String from,
        String to,
        @Nullable String version,
        @Nullable String tracks,
        String why,
        String status,
        int attempts,
        @Nullable String lastError,
        @Nullable String retryAt,
        String actor,
        String seenAt,
        String createdAt,
        String changedAt) {

    static UpdateView of(Update update) {
        Optional<InstallKey> key =
                update.subject() instanceof PluginSubject plugin ? Optional.of(plugin.key()) : Optional.empty();
        return new UpdateView(
                update.id(),
                key.map(of -> of.workspace().value()).orElse(null),
                key.map(of -> of.plugin().value()).orElse(null),
                update.subject() instanceof ImageSubject image ? image.key().toString() : null,
                update.from().value(),
                update.to().value(),
                update.version().orElse(null),
                update.track().map(TrackedRef::toString).orElse(null),
                Words.of(update.why()),
                Words.of(update.status()),
                update.attempts(),
                update.lastError().orElse(null),
                update.retryAt().map(Instant::toString).orElse(null),
                update.actor(),
                update.seenAt().toString(),
                update.createdAt().toString(),
                update.changedAt().toString());
    }
}
