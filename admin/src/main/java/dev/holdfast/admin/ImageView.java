package dev.holdfast.admin;

import dev.holdfast.images.ImageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a watched image, in JSON. */
record ImageView(
        String image,
        String outcome,
        @Nullable String digest,
        int containers,
        int refreshed,
        @Nullable String reason,
        String detail) {

    static ImageView of(ImageReport.Item item) {
        Optional<String> reason = item.reason().map(Words::of);
        return new ImageView(
                item.image().toString(),
                Words.of(item.outcome()),
                item.digest().map(Object::toString).orElse(null),
                item.containers(),
                item.refreshed(),
                reason.orElse(null),
                item.detail());
    }
}
