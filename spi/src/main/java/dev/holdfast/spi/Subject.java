package dev.holdfast.spi;

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
     * An image that containers run.
     *
     * @param reference the image as containers name it, with its tag
     */
    record ImageSubject(String reference) implements Subject {
        @Override
        public String toString() {
            return "image " + reference;
        }
    }
}
