/** Interfaces and values that adapters and hosts share. */
module dev.holdfast.spi {
    requires static transitive org.jspecify;

    exports dev.holdfast.spi;
    exports dev.holdfast.spi.container;
    exports dev.holdfast.spi.fleet;
    exports dev.holdfast.spi.image;
    exports dev.holdfast.spi.source;
    exports dev.holdfast.spi.store;
    exports dev.holdfast.spi.trust;
    exports dev.holdfast.spi.delivery;
}
