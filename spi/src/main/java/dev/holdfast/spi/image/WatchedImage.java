package dev.holdfast.spi.image;

/**
 * What an entry is about.
 *
 * @param site whose containers: {@link ImageRefresher#site}
 * @param image the tag that is followed
 */
public record WatchedImage(String site, ImageReference image) {
    @Override
    public String toString() {
        return image + " at " + site;
    }
}
