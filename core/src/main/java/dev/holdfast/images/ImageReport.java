package dev.holdfast.images;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import java.util.List;
import java.util.Optional;

/**
 * What one look at images found and did.
 *
 * @param items one for each image that is watched, ordered by name
 */
public record ImageReport(List<Item> items) {

    /** Copies the list. */
    public ImageReport {
        items = List.copyOf(items);
    }

    /** Returns the images of one outcome. */
    public List<Item> of(Outcome outcome) {
        return items.stream().filter(item -> item.outcome() == outcome).toList();
    }

    /** What became of one image. */
    public enum Outcome {
        /** All of its containers run what its tag names. */
        CURRENT,
        /** It was seen for the first time, and nothing tells what its containers run: what moves from now on counts. */
        SEEDED,
        /** Containers were replaced, and all of them run what its tag names. */
        REFRESHED,
        /** What its tag names was pulled, as a person wanted, and no container was replaced. */
        PULLED,
        /**
         * It is stale, or was not asked for, and waits: for an operator, its time, another node, or its time after a
         * failure.
         */
        WAITING,
        /**
         * It is stale, and an operator dismissed the digest at which its tag stands: another digest is offered again.
         */
        DECLINED,
        /** Something failed; it is tried again by itself. What was replaced before stays replaced. */
        FAILED,
        /** It was named, and no container runs it: its registry was not asked. */
        UNUSED
    }

    /**
     * One image.
     *
     * @param image which
     * @param outcome what became of it
     * @param digest where its tag stands; empty if that is not known
     * @param containers how many run it
     * @param refreshed how many were replaced
     * @param reason why it failed or waits, for machines
     * @param detail the same for people; empty if there is nothing to say
     */
    public record Item(
            ImageReference image,
            Outcome outcome,
            Optional<ImageDigest> digest,
            int containers,
            int refreshed,
            Optional<Reason> reason,
            String detail) {

        static Item of(ImageReference image, Outcome outcome, int containers) {
            return new Item(image, outcome, Optional.empty(), containers, 0, Optional.empty(), "");
        }

        Item at(ImageDigest standing) {
            return new Item(image, outcome, Optional.of(standing), containers, refreshed, reason, detail);
        }

        Item refreshed(int count) {
            return new Item(image, outcome, digest, containers, count, reason, detail);
        }

        Item saying(String text) {
            return new Item(image, outcome, digest, containers, refreshed, reason, text);
        }

        Item because(Reason why, String message) {
            return new Item(image, outcome, digest, containers, refreshed, Optional.of(why), message);
        }
    }
}
