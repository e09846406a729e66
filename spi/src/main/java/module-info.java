/** Interfaces and values that adapters and hosts share. */
module dev.holdfast.spi {
    requires static transitive org.jspecify;

    exports dev.holdfast.spi;
}
