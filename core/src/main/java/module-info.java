/** The engine: atomic install, drift sweep, update queue, container index, image watcher. */
@SuppressWarnings("requires-automatic") // semver4j gives its name in the manifest, so the name stays
module dev.holdfast {
    requires static transitive org.jspecify;
    requires transitive dev.holdfast.spi;
    requires transitive java.net.http;
    requires org.semver4j;
    requires org.slf4j;

    exports dev.holdfast;
    exports dev.holdfast.audit;
    exports dev.holdfast.containers;
    exports dev.holdfast.delivery.directory;
    exports dev.holdfast.fleet;
    exports dev.holdfast.images;
    exports dev.holdfast.inspection;
    exports dev.holdfast.release;
    exports dev.holdfast.resolver.local;
    exports dev.holdfast.store.memory;
    exports dev.holdfast.trust;
    exports dev.holdfast.webhook;
}
