package dev.holdfast.spi;

import dev.holdfast.spi.image.WatchedImage;

/** What an update is for. */
public sealed interface Subject {

    /**
     * A plugin in a workspace.
     *
     * @param key which
     */
    record PluginSubject(InstallKey key) implements Subject {
        @Override
        public String toString() {
            return "plugin " + key;
        }
    }

    /**
     * An image that containers of one engine run.
     *
     * @param key which, and where
     */
    record ImageSubject(WatchedImage key) implements Subject {
        @Override
        public String toString() {
            return "image " + key;
        }
    }
}
